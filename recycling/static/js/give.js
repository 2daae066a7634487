// What a unit gives away: its photos travel ahead, and the camera is in the page. Without this the form carries its files.

import { cameraIn } from "./camera.js";
import { photosIn } from "./photos.js";

const form = document.getElementById("give");
const box = form.querySelector("[data-photos]");
const photos = photosIn(form, box);
cameraIn(box, { take: photos.take });

// The last choice counts: a tile clears the list, the list clears the tiles.
form.addEventListener("change", ({ target }) => {
  const list = form.elements.other_category;
  if (target.name === "category") list.value = "";
  if (target === list && list.value) form.querySelectorAll("[name=category]:checked").forEach((one) => (one.checked = false));
});
