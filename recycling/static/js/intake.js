// A new thing: its photos travel ahead, the camera is in the page, and how long it took goes with it. Without a network the
// thing waits on the phone with its photos. Every part is an addition: without this the form carries its files and asks the same.

import { cameraIn } from "./camera.js";
import { draftOf } from "./draft.js";
import { add, flush, knock } from "./outbox.js";
import { photosIn } from "./photos.js";
import { newKey } from "./store.js";

const form = document.getElementById("intake");
const box = form.querySelector("[data-photos]");
const said = document.querySelector("[data-kept-said]");
const { user, home } = document.querySelector("[data-outbox]").dataset;

// ---- How long it took: from the camera, or the first tap, to "save" ----

const { seconds, taps, live } = form.elements;
let before = Number(seconds.value) || 0; // a form that came back goes on counting
let pressed = Number(taps.value) || 0;
let since = null;
const begin = () => (since ??= performance.now());
document.addEventListener(
  "click",
  ({ target, isTrusted }) => {
    if (!isTrusted) return;
    const label = target.closest?.("label");
    if (label?.control && label.control !== target) return; // its field is clicked next, and counts
    begin();
    pressed += 1;
  },
  true,
);
const measure = () => {
  seconds.value = before + (since === null ? 0 : Math.round((performance.now() - since) / 1000));
  taps.value = pressed;
};

// ---- What the form holds, as the phone keeps it ----

// Files are not among it: photos are kept by themselves.
const fieldsOf = (button) => {
  const not = new Set(["csrfmiddlewaretoken", "uploaded", "camera", "album"]);
  const fields = [...new FormData(form)].filter(([name]) => !not.has(name));
  return button?.name ? [...fields, [button.name, button.value]] : fields;
};

const chosenKind = () => {
  const list = form.elements.other_category;
  const tile = form.querySelector("[name=category]:checked + label > span");
  return list.value ? list.selectedOptions[0].text : (tile?.textContent.trim() ?? "");
};

const tell = (text, isBad) => {
  said.hidden = false;
  said.classList.toggle("danger", Boolean(isBad));
  said.classList.toggle("ok", !isBad);
  said.querySelector("p").textContent = text;
  said.scrollIntoView({ block: "nearest" });
};

// The next thing is probably of the same kind and at the same place.
const next = () => {
  const { category, other_category: list, site, shelf } = form.elements;
  const same = [category.value, list.value, site.value, shelf.value];
  form.reset();
  [category.value, list.value, site.value, shelf.value] = same;
  if (list.value) form.querySelectorAll("[name=category]:checked").forEach((one) => (one.checked = false));
  form.querySelectorAll("[name=condition]:checked").forEach((one) => (one.checked = false));
  for (const name of ["quantity", "colour", "material", "maker", "defects", "description", "price", "width_cm", "depth_cm", "height_cm", "weight_kg"]) {
    const field = form.elements[name];
    if (field) field.value = name === "quantity" ? "1" : "";
  }
  form.elements.client_key.value = newKey();
  delete form.dataset.unsure;
  [before, pressed, since] = [0, 0, null];
  photos.clear();
  document.querySelectorAll(".saved, .earlier, [data-restored]").forEach((one) => one.remove());
  (box.querySelector("[data-shutter]:not([hidden])") ?? box.querySelector("[data-open]:not([hidden])"))?.focus({ preventScroll: true });
};

const keepIt = async (button) => {
  const kind = chosenKind();
  const shots = photos.all();
  if (!kind || !shots.length || !form.querySelector("[name=condition]:checked")) {
    tell(said.dataset.lacks, true);
    return;
  }
  const errand = await add({ kind: "item", title: kind, fields: fieldsOf(button), photos: shots, who: user, home });
  await draft.drop();
  next();
  tell((errand ? said.dataset.kept : said.dataset.nostore).replace("{title}", kind), !errand);
  flush();
};

let isReached = false;
let isAsking = false;
form.addEventListener("submit", async (event) => {
  measure();
  if (isReached) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (isAsking) return;
  isAsking = true;
  const button = event.submitter;
  button?.setAttribute("aria-busy", "true");
  const answer = await knock(home);
  button?.removeAttribute("aria-busy");
  isAsking = false;
  // What may have been made already is sent as an errand: there its photos tell whether it is the same thing.
  if (!answer?.who || form.dataset.unsure) {
    await keepIt(button);
    return;
  }
  isReached = true;
  photos.retry();
  if (button?.name === "same") await draft.drop();
  else await draft.sent();
  form.requestSubmit(button);
  isReached = false; // a photo that could not be used may have stopped it
});

const photos = photosIn(form, box, { changed: () => draft.save() });
const draft = draftOf(form, { user, home, photos, fieldsOf });
form.addEventListener("input", draft.save);
form.addEventListener("change", draft.save);

cameraIn(box, {
  take: photos.take,
  opened: () => {
    live.value = "1";
    begin();
  },
});

// The last choice counts: a tile clears the list, the list clears the tiles.
form.addEventListener("change", ({ target }) => {
  const list = form.elements.other_category;
  if (target.name === "category") list.value = "";
  if (target === list && list.value) form.querySelectorAll("[name=category]:checked").forEach((one) => (one.checked = false));
});

// A copy is opened more than once; a key makes one thing.
if (document.documentElement.dataset.kept) form.elements.client_key.value = newKey();
draft.restore();
