// A hand scanner is a keyboard that types very fast and ends with Enter. Where the cursor is in a field, the code goes there;
// everywhere else on a warehouse page it goes to the page that knows every code.

const FAST = 60; // milliseconds between two keys; a person needs more than twice as long
const SHORTEST = 6;

let typed = "";
let last = 0;

export const isWriting = (one) =>
  Boolean(one?.closest?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])"));

// A page that wants the code for itself answers this event with preventDefault.
const deliver = (code) => {
  const event = new CustomEvent("scanned", { detail: code, cancelable: true });
  if (!document.dispatchEvent(event)) return;
  const form = document.getElementById("wedge");
  form.elements.code.value = code;
  form.requestSubmit();
};

document.addEventListener(
  "keydown",
  (event) => {
    if (isWriting(event.target) || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const fast = event.timeStamp - last < FAST;
    last = event.timeStamp;
    if (event.key === "Enter" && fast && typed.length >= SHORTEST) {
      // Else the button that has the focus would be pressed by the scanner.
      event.preventDefault();
      event.stopPropagation();
      deliver(typed);
      typed = "";
    } else if (event.key.length === 1) {
      typed = (fast ? typed : "") + event.key;
      if (fast && event.key === " ") event.preventDefault(); // a space in a code does not press the button either
    } else if (event.key !== "Shift") {
      typed = "";
    }
  },
  { capture: true },
);
