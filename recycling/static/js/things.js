// Things that are gathered by scanning: the form is sent in the background and comes back with one thing more, so that the
// camera goes on. Without a script each thing is a page.

import { readySteppers } from "./kierto.js";

const bar = document.getElementById("scan-answer");

const add = async (code) => {
  const form = document.getElementById("things");
  form.elements.typed.value = code;
  const body = new FormData(form, form.querySelector("[data-add]"));
  const asked = form.method === "get" ? [`${form.action}?${new URLSearchParams(body)}`] : [form.action, { method: "POST", body }];
  let answer, page;
  try {
    answer = await fetch(...asked);
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return tell(form.dataset.offline, true);
  }
  const fresh = page.getElementById("things");
  if (!fresh) return tell(form.dataset.offline, true);
  const refused = page.querySelector("#error-summary p")?.textContent.trim() ?? "";
  form.replaceWith(fresh);
  readySteppers(fresh);
  document.querySelector(".dock-action")?.remove();
  const action = page.querySelector(".dock-action");
  if (action) bar.after(action);
  return tell(refused, Boolean(refused));
};

const tell = (words, bad) => {
  const line = document.createElement("p");
  line.className = `notice scan-title ${bad ? "danger" : "ok"}`;
  line.textContent = words;
  bar.replaceChildren(...(words ? [line] : []));
  return { good: !bad };
};

document.addEventListener("scanned", (event) => event.respondWith(add(event.detail)));
