// Moving: things that are scanned join the list without the page being left, so that the camera stays open; a shelf that is
// scanned sends the form, as Enter does.

const region = document.getElementById("moving");

const add = async (code) => {
  const form = region.querySelector("[data-list]");
  const body = new FormData(form);
  body.set("typed", code);
  const offline = { good: false, words: region.dataset.offline, again: true };
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (told.detail) return { good: false, words: told.detail };
    if (told.shelf) {
      form.elements.typed.value = code;
      form.requestSubmit();
      return { good: true, words: told.shelf };
    }
    const list = await fetch(told.href);
    const page = new DOMParser().parseFromString(await list.text(), "text/html");
    region.replaceChildren(...page.getElementById("moving").childNodes);
    history.replaceState(null, "", told.href);
    return { good: true, words: told.words };
  } catch {
    return offline;
  }
};

document.addEventListener("scanned", (event) => event.respondWith(add(event.detail)));
