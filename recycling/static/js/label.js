// A pre-printed label that is scanned while things are logged. Right after a thing was saved it is that thing's; as soon as the
// next one is begun it is the next one's, and goes with the form. A shelf that is scanned is where the next one stands.

const form = document.getElementById("intake");
const saved = document.querySelector("[data-saved]");
const said = document.querySelector("[data-label-said]");
const words = said.dataset;

let isBegun = false;
form.addEventListener("change", () => (isBegun = true));
const begun = () => isBegun || form.querySelector(".shots > li") !== null;

const tell = (text, good) => {
  said.hidden = false;
  said.classList.remove("ok", "danger");
  said.classList.add(good ? "ok" : "danger");
  said.textContent = text;
  return { good };
};

const ask = async (to, body) => {
  const data = new FormData();
  data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  Object.entries(body).forEach(([name, value]) => data.append(name, value));
  const answer = await fetch(to, { method: "POST", body: data, headers: { Accept: "application/json" } });
  return answer.json();
};

const attach = async (code) => {
  const { detail, words: text } = await ask(saved.dataset.attach, { alias: code });
  return tell(text ?? detail, Boolean(text));
};

const note = async (code) => {
  const found = await ask(words.scan, { code });
  if (found.kind === "loose") {
    form.elements.label.value = code;
    return tell(`${words.later} ${found.code}`, true);
  }
  if (found.kind === "shelf") {
    form.elements.shelf.value = found.code;
    return tell(found.words, true);
  }
  return tell(found.detail ?? `${words.other} ${found.words}`, false);
};

document.addEventListener("scanned", (event) => {
  const what = begun() ? note : saved && attach;
  if (what) event.respondWith(what(event.detail).catch(() => ({ ...tell(words.offline, false), again: true })));
});
