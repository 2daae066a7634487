// Signing out: what this phone keeps of pages goes; what waits stays, and the page says so before.

import { errands } from "./outbox.js";
import { forgetPages } from "./pages.js";
import { drawer } from "./store.js";

const note = document.querySelector("[data-leaving]");
const waits = (await errands.all()).length + (await drawer("scans").all()).length;
note.hidden = !waits;
note.querySelector("[data-count]").textContent = waits;
note.closest("form").addEventListener("submit", () => {
  forgetPages();
});
