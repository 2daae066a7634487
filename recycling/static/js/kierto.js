// What a script may add; every page works without it.

const each = (selector, act, part = document) => part.querySelectorAll(selector).forEach(act);

// The error summary has the focus when the page opens. Older browsers know autofocus in fields only, and every browser
// forgets it when the address has a fragment: after the link past the header, that is.
const summary = document.getElementById("error-summary");
if (summary) {
  summary.focus();
  addEventListener("load", () => document.activeElement === document.getElementById("main") && summary.focus());
}

// A link of the error summary puts the cursor into its field, not only the window on it.
each(".error-summary a[href^='#']", (link) => {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    (field.closest(".field") ?? field).scrollIntoView();
  });
});

// Number fields: one more, one fewer. Also in a piece of page that comes later.
export const readySteppers = (part) => each("[data-stepper]", readyStepper, part);
const readyStepper = (stepper) => {
  const field = stepper.querySelector("input");
  const voice = stepper.querySelector("output");
  stepper.querySelectorAll("[data-step]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const low = field.min === "" ? -Infinity : Number(field.min);
      const high = field.max === "" ? Infinity : Number(field.max);
      const wanted = (parseInt(field.value, 10) || 0) + Number(button.dataset.step);
      field.value = Math.min(high, Math.max(low, wanted));
      voice.textContent = field.value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
};
readySteppers(document);

// A form is sent once. The button says that it is being done, and becomes itself again when the person comes back.
const busy = new Map();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (busy.has(form)) {
    event.preventDefault();
    return;
  }
  const button = event.submitter;
  busy.set(form, button && [button, [...button.childNodes]]);
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  if (button.dataset.busy) button.textContent = button.dataset.busy;
});
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const before of busy.values()) {
    if (!before) continue;
    const [button, words] = before;
    button.removeAttribute("aria-busy");
    button.replaceChildren(...words);
  }
  busy.clear();
});

// A hold says once, two minutes before its end, that it is ending.
each("[data-hold-seconds]", (bar) => {
  const wait = Number(bar.dataset.holdSeconds) - 120;
  if (bar.dataset.holdSeconds === "" || wait < 0) return;
  setTimeout(() => {
    bar.querySelector("[data-hold-voice]").textContent = bar.dataset.holdSoon;
  }, wait * 1000);
});

// The bar at the bottom of the hall's pages grows with what it says, and hides the control that has the focus never.
each(".wh .dock", (dock) => {
  new ResizeObserver(() => {
    document.documentElement.style.scrollPaddingBlockEnd = `${dock.offsetHeight + 16}px`;
  }).observe(dock);
});
