// Moving without a network: the codes are put on the list as they are scanned, and the shelf's code sends them all on their way later.

import { add, flush, knock } from "./outbox.js";

const { user, home } = document.querySelector("[data-outbox]").dataset;
const form = document.getElementById("move");
const field = form.elements.typed;
const kept = document.querySelector("[data-kept-list]");
const said = document.querySelector("[data-kept-said]");

const tell = (text) => {
  said.hidden = !text;
  said.querySelector("p").textContent = text;
};

// What a label's link or a typed word names. Our own codes have seven characters, an old barcode three letters and digits.
const bare = (text) => decodeURIComponent(text.match(/\/(?:i|items|s\/[^/]+)\/([^/?#\s]+)/)?.[1] ?? text).trim();
const isItem = (text) => /^(?:[2-9A-HJKMNP-Z]{7}|[A-Z]{3}\d{6,9})$/i.test(bare(text).replace(/[\s-]/g, "")) && !/\/s\//.test(text);

const listed = () => [...form.querySelectorAll("[name=item]")].map((one) => one.value);

const note = (code) => {
  if (listed().includes(code)) return;
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "item", value: code }));
  const line = kept.querySelector("template").content.cloneNode(true);
  line.querySelector("[data-code]").textContent = code;
  line.querySelector("button").addEventListener("click", ({ target }) => {
    form.querySelector(`[name=item][value="${CSS.escape(code)}"]`).remove();
    target.closest("li").remove();
    field.focus();
  });
  kept.querySelector("ul").append(line);
  kept.hidden = false;
};

const take = async (text) => {
  const words = text.split(/[\n,;]+/).map((one) => one.trim()).filter(Boolean);
  for (const word of words) {
    if (isItem(word)) {
      note(bare(word).toUpperCase());
      tell(said.dataset.listed);
      continue;
    }
    const items = listed();
    if (!items.length) {
      tell(said.dataset.first);
      return;
    }
    const shelf = bare(word).toUpperCase();
    const fields = [...items.map((code) => ["item", code]), ["typed", word]];
    const isKept = await add({ kind: "move", title: `${items.join(", ")} → ${shelf}`, fields, who: user, home });
    form.querySelectorAll("[name=item]").forEach((one) => one.remove());
    document.querySelector("[data-list]")?.remove();
    kept.querySelector("ul").replaceChildren();
    kept.hidden = true;
    tell((isKept ? said.dataset.kept : said.dataset.nostore).replace("{shelf}", shelf).replace("{n}", items.length));
    navigator.vibrate?.(60);
    flush();
  }
};

let isReached = false;
form.addEventListener("submit", async (event) => {
  if (isReached) return;
  event.preventDefault();
  const button = event.submitter;
  const copy = document.documentElement.dataset.kept;
  // What a copy of the page has noted is not in any address: it is finished here.
  if (!copy && (await knock(home))) {
    isReached = true;
    form.requestSubmit(button);
    return;
  }
  const text = field.value;
  field.value = "";
  field.focus();
  await take(text);
});
