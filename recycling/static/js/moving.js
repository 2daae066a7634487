// Moving: what is scanned joins the list without the page being left, so that the camera stays open; a shelf's code sends it all.
// Without a network the codes are put on the list as they are, and the shelf's code sends them on their way later.

import { asShown, itemIn, shelfIn } from "./codes.js";
import { add as keep, flush, knock } from "./outbox.js";

const { user, home } = document.querySelector("[data-outbox]").dataset;
const region = document.getElementById("moving");
const said = document.querySelector("[data-kept-said]");
const form = () => document.getElementById("move"); // it is another one after each answer
const isCopy = () => Boolean(document.documentElement.dataset.kept);

// ---- With a network ----

const show = async (address) => {
  const list = await fetch(address);
  const page = new DOMParser().parseFromString(await list.text(), "text/html");
  region.replaceChildren(...page.getElementById("moving").childNodes);
  document.getElementById("error-summary")?.remove(); // of the code before this one
  history.replaceState(null, "", address);
};

const look = async (code) => {
  const body = new FormData(form());
  body.set("typed", code);
  const answer = await fetch(form().action, { method: "POST", body, headers: { Accept: "application/json" } });
  const told = await answer.json();
  if (told.detail) return { good: false, words: told.detail };
  if (told.shelf) {
    form().elements.typed.value = code;
    isReached = true;
    form().requestSubmit();
    return { good: true, words: told.shelf };
  }
  await show(told.href);
  return { good: true, words: told.words };
};

// ---- Without ----

const listed = () => [...form().querySelectorAll("[name=item]")].map((one) => one.value);

const tell = (text) => {
  said.hidden = !text;
  said.querySelector("p").textContent = text;
  return text;
};

const note = (code) => {
  const kept = region.querySelector("[data-kept-list]");
  if (listed().includes(code)) return;
  form().append(Object.assign(document.createElement("input"), { type: "hidden", name: "item", value: code }));
  const line = kept.querySelector("template").content.cloneNode(true);
  line.querySelector("[data-code]").textContent = code;
  line.querySelector("button").addEventListener("click", ({ target }) => {
    form().querySelector(`[name=item][value="${CSS.escape(code)}"]`).remove();
    target.closest("li").remove();
    form().elements.typed.focus();
  });
  kept.querySelector("ul").append(line);
  kept.hidden = false;
};

const send = async (word, shelf) => {
  const items = listed();
  const fields = [...items.map((code) => ["item", code]), ["typed", word]];
  const isKept = await keep({ kind: "move", title: `${items.join(", ")} → ${shelf}`, fields, who: user, home });
  form().querySelectorAll("[name=item]").forEach((one) => one.remove());
  region.querySelector("[data-list]")?.remove();
  const kept = region.querySelector("[data-kept-list]");
  kept.querySelector("ul").replaceChildren();
  kept.hidden = true;
  flush();
  return tell((isKept ? said.dataset.kept : said.dataset.nostore).replace("{shelf}", shelf).replace("{n}", items.length));
};

const later = async (text) => {
  const words = text.split(/[\n,;]+/).map((one) => one.trim()).filter(Boolean);
  let last = "";
  for (const word of words) {
    const item = itemIn(word);
    if (item) {
      note(asShown(item));
      last = tell(said.dataset.listed);
    } else if (listed().length) last = await send(word, shelfIn(word).code);
    else return { good: false, words: tell(said.dataset.first) };
  }
  return { good: true, words: last };
};

// ---- A code, scanned or typed ----

const take = async (code) => {
  if (isCopy()) return later(code);
  try {
    return await look(code);
  } catch {
    return later(code);
  }
};
document.addEventListener("scanned", (event) => event.respondWith(take(event.detail)));

let isReached = false;
const sent = async (event) => {
  if (isReached || event.target !== form()) return;
  event.preventDefault();
  const button = event.submitter;
  // What a copy of the page has noted is not in any address: it is finished here.
  if (!isCopy() && (await knock(home))) {
    isReached = true;
    form().requestSubmit(button);
    return;
  }
  const field = form().elements.typed;
  const text = field.value;
  field.value = "";
  field.focus();
  await later(text);
};
region.addEventListener("submit", sent);
