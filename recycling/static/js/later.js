// The list of the day as this phone keeps it: ticks and hand-overs wait on the phone until there is a network.

import { add, discard, errands, flush, onChange } from "./outbox.js";

const { user, home } = document.querySelector("[data-outbox]").dataset;
const list = document.querySelector("[data-later]");
const named = (one, name) => one.fields.find(([field]) => field === name)?.[1];

// What this phone has done to each row, over what the list says.
const mark = async () => {
  const mine = (await errands.all()).filter((one) => one.who === user && !one.refused);
  list.querySelectorAll("form[data-kind=pick]").forEach((form) => {
    const line = form.elements.line.value;
    const last = mine.filter((one) => one.kind === "pick" && named(one, "line") === line).at(-1);
    const button = form.querySelector("button");
    const isPicked = last ? !named(last, "undo") : form.dataset.picked === "1";
    button.setAttribute("aria-pressed", isPicked);
    button.querySelector(".tick-word").textContent = isPicked ? list.dataset.picked : list.dataset.pick;
    form.closest("li").classList.toggle("is-done", isPicked);
    form.querySelector("[data-undo]").disabled = !isPicked;
  });
  list.querySelectorAll("article").forEach((row) => {
    const given = mine.find((one) => one.kind === "handover" && named(one, "reservation") === row.id);
    row.classList.toggle("is-over", Boolean(given));
    row.querySelectorAll("form").forEach((form) => (form.hidden = Boolean(given)));
    row.querySelector("details").hidden = Boolean(given);
    const note = row.querySelector("[data-given]");
    note.hidden = !given;
    note.querySelector("button").onclick = () => discard(given.id);
  });
};

list.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  navigator.vibrate?.(60);
  const { kind, title } = form.dataset;
  if (kind === "handover") form.closest("details").open = false;
  await add({ kind, title, fields, who: user, home });
  await mark();
  await flush();
  // The list itself knows better now, unless it is the copy.
  if (!document.documentElement.dataset.kept && !(await errands.all()).length) location.reload();
});

onChange(mark);
mark();
