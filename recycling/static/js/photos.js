// Photos travel one by one while the worker goes on. Each has a key of its own, so that what is sent twice is one photo.

import { drawn, shrunk } from "./shrink.js";

const WAITS = [0, 1, 3, 8, 20, 40]; // seconds before each try
const THUMB = 320;
// Refused now and perhaps not later: the load is opened again, the day's number of photos is raised. Any other photo that is
// refused stays bad.
const MAY_PASS = new Set([409, 429]);
const SECOND_TAP = 1500; // milliseconds after which another tap on a link that waits is meant

// Some seconds, or less when the network comes back.
const rest = (seconds) =>
  new Promise((done) => {
    if (!seconds) return done();
    const over = () => {
      clearTimeout(timer);
      removeEventListener("online", over);
      done();
    };
    const timer = setTimeout(over, seconds * 1000);
    addEventListener("online", over);
  });

const randomKey = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

// One try: what the server said, or null.
const send = (to, body, onShare) =>
  new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", to);
    request.responseType = "json";
    request.timeout = 60_000;
    request.upload.onprogress = (event) => event.lengthComputable && onShare(event.loaded / event.total);
    request.onload = () => done(request.response && { status: request.status, ...request.response });
    request.onerror = request.ontimeout = () => done(null);
    request.send(body);
  });

// `box` is the fieldset. `kept`: what has arrived is there for good, and is removed elsewhere.
export const photosIn = (form, box, { kept = false } = {}) => {
  const shots = box.querySelector(".shots");
  const blank = box.querySelector("template").content.firstElementChild;
  const words = box.dataset;
  let line = Promise.resolve();
  let travelling = 0;

  const body = (file, key) => {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.append("client_key", key);
    data.append("photo", file, file.name);
    return data;
  };

  const transfer = async (shot, data) => {
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
      answer = await send(words.to, data, (share) => {
        bar.value = share;
        said.textContent = `${words.sending} ${Math.round(share * 100)} %`;
      });
      if (answer && answer.status < 500) break;
    }
    bar.hidden = true;
    if (!shot.isConnected) return;
    if (!answer?.key) {
      said.textContent = answer?.detail ?? words.failed;
      shot.classList.add("is-bad");
      again.hidden = Boolean(answer?.detail) && answer.status < 500 && !MAY_PASS.has(answer.status);
      return;
    }
    said.textContent = words.ready;
    const picture = shot.querySelector("img");
    if (picture) {
      picture.src = answer.src;
      picture.hidden = false;
    }
    shot.classList.add("is-there");
    shot.append(Object.assign(document.createElement("input"), { type: "hidden", name: "uploaded", value: answer.key }));
    if (kept) shot.querySelector("[data-remove]").hidden = true;
  };

  const queue = (shot, data) => {
    travelling += 1;
    line = line.then(() => transfer(shot, data)).finally(() => (travelling -= 1));
  };

  const show = (shot, picture) => {
    const image = shot.querySelector("img");
    const thumb = drawn(picture, THUMB);
    thumb.setAttribute("aria-hidden", "true");
    image.replaceWith(thumb);
  };

  // A file that somebody chose, or a frame of the camera together with its canvas.
  const take = async (file, picture = null) => {
    const shot = blank.cloneNode(true);
    shots.append(shot);
    shot.querySelector("p").textContent = words.sending;
    travelling += 1;
    const small = picture ? { file, picture } : await shrunk(file);
    travelling -= 1;
    if (small.picture) show(shot, small.picture);
    const data = body(small.file, randomKey());
    shot.querySelector("[data-again]").addEventListener("click", () => queue(shot, data));
    shot.querySelector("[data-remove]").addEventListener("click", () => {
      shot.remove();
      (box.querySelector("[data-shutter]:not([hidden])") ?? box.querySelector("input[type=file]")).focus();
    });
    queue(shot, data);
  };

  box.classList.add("is-live");
  box.querySelectorAll("input[type=file]").forEach((input) => {
    input.addEventListener("change", () => {
      [...input.files].forEach((file) => take(file));
      input.value = "";
    });
  });

  // Saving and leaving wait for the photos that are still on their way, and stop at one that did not arrive: then false.
  const allSent = async (pressed) => {
    const before = [...pressed.childNodes];
    pressed.textContent = words.wait;
    while (travelling) {
      await line;
      await rest(0.05);
    }
    pressed.replaceChildren(...before);
    const stopped = shots.querySelector(".is-bad");
    stopped?.querySelector("button:not([hidden])").focus();
    return !stopped;
  };

  let waiting = false;
  form.addEventListener("submit", async (event) => {
    if (!shots.querySelector(".is-bad") && !travelling) return;
    event.preventDefault();
    if (waiting) return;
    waiting = true;
    const isSent = await allSent(event.submitter);
    waiting = false;
    if (isSent) form.requestSubmit(event.submitter);
  });

  let held = null; // when the link was pressed that waits
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[href]");
    if (!travelling || !link || link.target || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.hash && link.pathname === location.pathname) return;
    if (held !== null && event.timeStamp - held > SECOND_TAP) return; // the browser asks whether it is meant
    event.preventDefault();
    if (held !== null) return;
    held = event.timeStamp;
    const isSent = await allSent(link);
    held = null;
    if (isSent) location.assign(link.href);
  });
  // Whatever else leaves the page: what has not arrived is only here.
  addEventListener("beforeunload", (event) => {
    if (travelling || shots.querySelector(".is-bad [data-again]:not([hidden])")) event.preventDefault();
  });

  return { take, count: () => shots.children.length };
};
