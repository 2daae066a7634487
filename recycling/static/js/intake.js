// A new thing: its photos travel ahead, the camera is in the page, and how long it took goes with it. Every part is an
// addition: without this the form carries its files and asks the same questions.

import { cameraIn } from "./camera.js";
import { photosIn } from "./photos.js";

const form = document.getElementById("intake");
const box = form.querySelector("[data-photos]");
const photos = photosIn(form, box);

// ---- How long it took: from the camera, or the first tap, to "save" ----

const { seconds, taps, live } = form.elements;
const before = Number(seconds.value) || 0; // a form that came back goes on counting
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
form.addEventListener("submit", () => {
  seconds.value = before + (since === null ? 0 : Math.round((performance.now() - since) / 1000));
  taps.value = pressed;
});

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
