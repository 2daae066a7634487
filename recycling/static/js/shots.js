// A form that has photos among its fields: the camera is in the page, and the photos travel ahead of the form.

import { cameraIn } from "./camera.js";
import { photosIn } from "./photos.js";

const box = document.querySelector("[data-photos]");
cameraIn(box, { take: photosIn(box.closest("form"), box).take });
