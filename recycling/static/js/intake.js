// Photos travel one by one while the worker goes on; the form then carries their keys. Without this it carries the files.

const form = document.getElementById("intake");
const box = form.querySelector("[data-photos]");
const shots = box.querySelector(".shots");
const blank = box.querySelector("template").content.firstElementChild;
const words = box.dataset;
const WAITS = [0, 1, 3, 8, 20, 40]; // seconds before each try

const rest = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

// One try: what the server said, or null.
const send = (file, onShare) =>
  new Promise((done) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.append("photo", file, file.name);
    request.open("POST", words.to);
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && onShare(event.loaded / event.total);
    request.onload = () => done(request.response && { status: request.status, ...request.response });
    request.onerror = () => done(null);
    request.send(body);
  });

const transfer = async (shot, file) => {
  const said = shot.querySelector("p");
  const bar = shot.querySelector("progress");
  const again = shot.querySelector("[data-again]");
  bar.hidden = false;
  again.hidden = true;
  shot.classList.remove("is-bad");
  said.textContent = words.sending;
  let answer = null;
  for (const wait of WAITS) {
    if (wait) said.textContent = words.later;
    await rest(wait);
    if (!shot.isConnected) return;
    answer = await send(file, (share) => {
      bar.value = share;
      said.textContent = `${words.sending} ${Math.round(share * 100)} %`;
    });
    if (answer && answer.status !== 503) break;
  }
  bar.hidden = true;
  if (!answer?.key) {
    said.textContent = answer?.detail ?? words.failed;
    shot.classList.add("is-bad");
    again.hidden = Boolean(answer?.detail) && answer.status !== 503; // a bad photo stays bad
    return;
  }
  said.textContent = "";
  const picture = shot.querySelector("img");
  picture.src = answer.src;
  picture.hidden = false;
  shot.append(Object.assign(document.createElement("input"), { type: "hidden", name: "uploaded", value: answer.key }));
};

let line = Promise.resolve();
let travelling = 0;
const queue = (shot, file) => {
  travelling += 1;
  line = line.then(() => transfer(shot, file)).finally(() => (travelling -= 1));
};

const take = (file) => {
  const shot = blank.cloneNode(true);
  shots.append(shot);
  shot.querySelector("[data-again]").addEventListener("click", () => queue(shot, file));
  shot.querySelector("[data-remove]").addEventListener("click", () => {
    shot.remove();
    box.querySelector("input[type=file]").focus();
  });
  queue(shot, file);
};

box.classList.add("is-live");
box.querySelectorAll("input[type=file]").forEach((input) => {
  input.addEventListener("change", () => {
    [...input.files].forEach(take);
    input.value = "";
  });
});

// The last choice counts: a tile clears the list, the list clears the tiles.
form.addEventListener("change", ({ target }) => {
  const list = form.elements.other_category;
  if (target.name === "category") list.value = "";
  if (target === list && list.value) form.querySelectorAll("[name=category]:checked").forEach((one) => (one.checked = false));
});

// Saving waits for the photos that are still on their way, and stops at one that did not arrive.
let waiting = false;
form.addEventListener("submit", async (event) => {
  const bad = shots.querySelector(".is-bad");
  if (!bad && !travelling) return;
  event.preventDefault();
  if (waiting) return;
  waiting = true;
  const button = event.submitter;
  const before = [...button.childNodes];
  button.textContent = words.wait;
  while (travelling) await line;
  button.replaceChildren(...before);
  waiting = false;
  const stopped = shots.querySelector(".is-bad");
  if (stopped) stopped.querySelector("button:not([hidden])").focus();
  else form.requestSubmit(button);
});
