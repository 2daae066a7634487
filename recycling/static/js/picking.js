// What is scanned at the shelves and at the desk is asked about while the page stays: the answer stands in the bar at the bottom,
// a row of the list is replaced by what it is now, a thing at the desk is marked. Without a script each of these is a page.

import { deliver } from "./scanned.js";
import { readySteppers } from "./kierto.js";

const bar = document.getElementById("scan-answer");
const list = document.getElementById("scan");
const handover = document.getElementById("handover");
const desk = document.querySelector("[data-scan-to]");

const read = (html) => [...new DOMParser().parseFromString(html, "text/html").body.childNodes];
const show = (html) => {
  bar.replaceChildren(...read(html));
  readySteppers(bar);
};

const mark = (code) => {
  if (![...handover.querySelectorAll("[name=here]")].some((one) => one.value === code)) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "here", value: code });
    handover.append(field);
  }
  handover.querySelector(`[data-code="${code}"]`)?.classList.add("is-here");
  handover.querySelector("[data-here-count]").textContent = handover.querySelectorAll(".is-here").length;
};

// Gives back what the sound and the words of the camera follow.
const ask = async (to, body, offline) => {
  let answer;
  try {
    const response = await fetch(to, { method: "POST", body, headers: { Accept: "application/json" } });
    answer = await response.json();
  } catch {
    const words = document.createElement("p");
    words.className = "notice danger scan-title";
    words.textContent = offline;
    bar.replaceChildren(words);
    return { good: false, words: offline, again: true };
  }
  if (answer.href) {
    location.assign(answer.href);
    return { good: true };
  }
  show(answer.html);
  if (answer.row) document.getElementById(answer.id).replaceWith(...read(answer.row));
  if (answer.here) mark(answer.here);
  return { good: answer.good };
};

const here = () => (handover ? [...handover.querySelectorAll("[name=here]")].map((one) => one.value) : []);
const scanned = (code) => {
  const body = new FormData(handover ?? list);
  body.set("code", code);
  return ask(desk?.dataset.scanTo ?? list.action, body, (desk ?? list).dataset.offline);
};
document.addEventListener("scanned", (event) => event.respondWith(scanned(event.detail)));

bar?.addEventListener("click", ({ target }) => target.closest("[data-close]") && bar.replaceChildren());

// The forms of the rows and of the bar. First of all, so that the form is not taken for one that leaves the page.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const { code } = form.elements;
    if (form === handover && event.submitter?.hasAttribute("formaction")) {
      event.preventDefault();
      if (code.value.trim()) deliver(code.value.trim());
      code.value = "";
      code.focus();
    } else if (form.matches("[data-scan]")) {
      event.preventDefault();
      const body = new FormData(form);
      if (!body.has("here")) here().forEach((one) => body.append("here", one));
      ask(form.action, body, (desk ?? list).dataset.offline).then(({ good }) => navigator.vibrate?.(good ? 80 : [200, 100, 200]));
    }
  },
  { capture: true },
);
