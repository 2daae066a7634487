// A room shot in passing: every tap of the shutter is one photo that waits in the room for its lot.

import { cameraIn } from "./camera.js";
import { photosIn } from "./photos.js";

const form = document.getElementById("burst");
const box = form.querySelector("[data-photos]");
const photos = photosIn(form, box, { kept: true });
form.querySelector(".by-hand").hidden = true; // the photos travel by themselves
cameraIn(box, { take: photos.take });
