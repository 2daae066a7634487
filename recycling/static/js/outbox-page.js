// The page of what waits on this phone: what, since when, with how many photos, and why it was refused.

import { again, discard, errands, flush, onChange } from "./outbox.js";

const { user } = document.querySelector("[data-outbox]").dataset;
const part = document.querySelector("[data-errands]");
const words = part.dataset;
const list = part.querySelector("ul");
const blank = part.querySelector("template").content;
const isCopy = Boolean(document.documentElement.dataset.kept);

// What was refused before this page was made is on the server's own list below it. A thing with its photos is still on this phone.
const isTold = (one) => !isCopy && one.refused && one.isWritten && one.kind !== "item";
for (const one of await errands.all()) if (isTold(one) && one.who === user) await discard(one.id);

const clock = (at) => new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "numeric", hour: "numeric", minute: "2-digit" }).format(at);

const row = (one) => {
  const line = blank.cloneNode(true);
  const at = (name) => line.querySelector(`[data-${name}]`);
  at("title").textContent = one.title;
  const photos = one.photos.length && (one.photos.length === 1 ? words.photo : words.photos.replace("{n}", one.photos.length));
  at("facts").textContent = [words[one.kind], clock(one.at), photos].filter(Boolean).join(", ");
  at("state").textContent = one.words || words.waits;
  at("state").classList.toggle("is-bad", Boolean(one.refused));
  at("again").addEventListener("click", async () => {
    await again(one);
    await flush();
  });
  // A thing that something is missing of is mended in its form, with its photos.
  const mend = at("mend");
  mend.hidden = !(one.kind === "item" && one.refused);
  mend.href += `?mend=${one.id}`;
  const sure = at("sure");
  sure.querySelector("button").addEventListener("click", async () => {
    await discard(one.id);
    document.getElementById("here-title").focus();
  });
  return line;
};

// Only what has changed is made anew: whoever is at a button stays there.
let shown = "";
const show = async () => {
  const here = (await errands.all()).filter((one) => one.who === user);
  const news = JSON.stringify(here.map((one) => [one.id, one.words, one.refused]));
  if (news === shown) return;
  shown = news;
  const open = new Set([...list.querySelectorAll("details[open]")].map((one) => one.closest("li").dataset.id));
  list.replaceChildren(
    ...here.map((one) => {
      const line = row(one);
      line.querySelector("li").dataset.id = one.id;
      line.querySelector("details").open = open.has(one.id);
      return line;
    }),
  );
  part.querySelector("[data-nothing]").hidden = here.length > 0;
};

onChange(show);
show();
