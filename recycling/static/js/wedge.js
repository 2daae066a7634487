// A hand scanner is a keyboard that types very fast and ends with Enter. Where the cursor is in a field, the code goes there;
// everywhere else on a warehouse page it goes to the page that knows every code.

import { deliver } from "./scanned.js";

const FAST = 60; // milliseconds between two keys, on the average; a person needs more than twice as long
const PAUSE = 500; // after which another code begins
const SHORTEST = 6;

let typed = "";
let first = 0;
let last = 0;

export const isWriting = (one) =>
  Boolean(one?.closest?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])"));

document.addEventListener(
  "keydown",
  (event) => {
    if (isWriting(event.target) || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.timeStamp - last > PAUSE) typed = "";
    last = event.timeStamp;
    const fast = () => (last - first) / typed.length < FAST;
    if (event.key === "Enter" && typed.length >= SHORTEST && fast()) {
      // Else the button that has the focus would be pressed by the scanner.
      event.preventDefault();
      event.stopPropagation();
      deliver(typed);
      typed = "";
    } else if (event.key.length === 1) {
      if (event.key === " " && typed && fast()) event.preventDefault(); // nor does a space in a code press it
      if (!typed) first = last;
      typed += event.key;
    } else if (event.key !== "Shift") {
      typed = "";
    }
  },
  { capture: true },
);
