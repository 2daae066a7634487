// The scan page: what the camera, a hand scanner or the fingers give is looked up, and opens; or many in a row are listed. A
// photo and the fingers need no script.

import { deliver, remember } from "./scanned.js";

const form = document.querySelector("form.code-row");
const many = document.getElementById("many");
const scanned = document.getElementById("scanned");

const note = (text, href) => {
  const line = document.createElement("li");
  const words = document.createElement(href ? "a" : "p");
  if (href) words.href = href;
  else line.className = "is-bad";
  words.className = "tall";
  words.textContent = text;
  line.append(words);
  scanned.hidden = false;
  scanned.querySelector("ol").prepend(line);
  const good = scanned.querySelectorAll("a").length;
  scanned.querySelector("[data-count]").textContent = `(${good})`;
};

const ask = async (code) => {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append("code", code);
  try {
    const answer = await fetch(form.dataset.to, { method: "POST", body, headers: { Accept: "application/json" } });
    return await answer.json();
  } catch {
    return null;
  }
};

const lookUp = async (code) => {
  const found = await ask(code);
  if (!found) return { good: false, words: form.dataset.offline, again: true };
  const text = found.href ? found.words : found.detail;
  if (many.checked) note(text, found.href);
  else if (found.href) location.assign(found.href);
  return { good: Boolean(found.href), words: text };
};
document.addEventListener("scanned", (event) => event.respondWith(lookUp(event.detail)));

form.addEventListener("submit", (event) => {
  const field = form.elements.code;
  if (!many.checked || !field.value.trim()) return;
  event.preventDefault();
  deliver(field.value.trim());
  field.value = "";
  field.focus();
});

remember(many, "scan-many");
many.closest("[hidden]").hidden = false;

// A photo is sent as soon as it is taken.
const photo = document.getElementById("photo");
photo.addEventListener("change", () => photo.files.length && photo.form.requestSubmit());
