// What somebody is writing for a message, shown filled while they write. Without a script a button does the same.

const form = document.getElementById("words");
const shown = document.getElementById("preview");

let waiting;
let newest = 0;

const look = async () => {
  const mine = ++newest;
  try {
    const answer = await fetch(shown.dataset.preview, { method: "POST", body: new FormData(form) });
    const text = await answer.text();
    // Only the newest answer counts; one that comes late is of words that are no more.
    if (answer.ok && mine === newest) {
      shown.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
    }
  } catch {
    // No network just now: what was shown last stays, and the button asks again.
  }
};

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, 400);
});
