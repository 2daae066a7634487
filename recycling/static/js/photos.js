// Photos travel one by one while the worker goes on. Each has a key of its own, so that what is sent twice is one photo.

import { drawn, shrunk } from "./shrink.js";
import { newKey } from "./store.js";

const WAITS = [0, 1, 3, 8, 20, 40]; // seconds before each try
const THUMB = 320;
// Refused now and perhaps not later: the load is opened again, the day's number of photos is raised. Any other photo that is
// refused stays bad.
const MAY_PASS = new Set([409, 429]);
const SECOND_TAP = 1500; // milliseconds after which another tap on a link that waits is meant

// Some seconds, or less when the network comes back, or when a page has found that it is there.
const BACK = ["online", "reached"];
const rest = (seconds) =>
  new Promise((done) => {
    if (!seconds) return done();
    const over = () => {
      clearTimeout(timer);
      BACK.forEach((name) => removeEventListener(name, over));
      done();
    };
    const timer = setTimeout(over, seconds * 1000);
    BACK.forEach((name) => addEventListener(name, over));
  });

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

// `box` is the fieldset. `kept`: what has arrived is there for good, and is removed elsewhere. `changed` is called for every
// photo that is taken, sent or removed.
export const photosIn = (form, box, { kept = false, changed = () => {} } = {}) => {
  const shots = box.querySelector(".shots");
  const blank = box.querySelector("template").content.firstElementChild;
  const words = box.dataset;
  let line = Promise.resolve();
  let travelling = 0;
  const held = new Map(); // each shot's {id, file, there}

  const body = ({ id, file }) => {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.append("client_key", id);
    data.append("photo", file, file.name);
    return data;
  };

  const transfer = async (shot) => {
    if (!held.has(shot)) return;
    const data = body(held.get(shot));
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
    arrived(shot, answer);
  };

  const arrived = (shot, answer) => {
    held.get(shot).there = answer.key;
    shot.querySelector("p").textContent = words.ready;
    shot.querySelector("progress").hidden = true;
    const picture = shot.querySelector("img");
    if (picture && answer.src) {
      picture.src = answer.src;
      picture.hidden = false;
    }
    shot.classList.add("is-there");
    shot.append(Object.assign(document.createElement("input"), { type: "hidden", name: "uploaded", value: answer.key }));
    if (kept) shot.querySelector("[data-remove]").hidden = true;
    changed();
  };

  const queue = (shot) => {
    travelling += 1;
    line = line.then(() => transfer(shot)).finally(() => (travelling -= 1));
  };

  const show = (shot, picture) => {
    const image = shot.querySelector("img");
    const thumb = drawn(picture, THUMB);
    thumb.setAttribute("aria-hidden", "true");
    image.replaceWith(thumb);
  };

  const add = () => {
    const shot = blank.cloneNode(true);
    shots.append(shot);
    shot.querySelector("[data-again]").addEventListener("click", () => queue(shot));
    shot.querySelector("[data-remove]").addEventListener("click", () => {
      held.delete(shot);
      shot.remove();
      changed();
      (box.querySelector("[data-shutter]:not([hidden])") ?? box.querySelector("input[type=file]")).focus();
    });
    return shot;
  };

  // A file that somebody chose, or a frame of the camera together with its canvas.
  const take = async (file, picture = null) => {
    const shot = add();
    shot.querySelector("p").textContent = words.sending;
    travelling += 1;
    const small = picture ? { file, picture } : await shrunk(file);
    travelling -= 1;
    if (!shot.isConnected) return;
    if (small.picture) show(shot, small.picture);
    held.set(shot, { id: newKey(), file: small.file });
    changed();
    queue(shot);
  };

  // A photo that this phone has kept since before.
  const restore = async ({ id, file, there }) => {
    const shot = add();
    held.set(shot, { id, file, there });
    const { picture } = file ? await shrunk(file) : {};
    if (picture) show(shot, picture);
    if (there) arrived(shot, { key: there });
    else queue(shot);
  };

  // Every photo of the form in its order, also those that came with the page.
  const all = () => [...shots.children].map((shot) => held.get(shot) ?? { there: shot.querySelector("[name=uploaded]")?.value }).filter((one) => one.file || one.there);

  // Those that could not be sent, once more.
  const retry = () => {
    dispatchEvent(new Event("reached"));
    shots.querySelectorAll(".is-bad [data-again]:not([hidden])").forEach((button) => button.click());
  };

  const clear = () => {
    held.clear();
    shots.replaceChildren();
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

  // Nothing else keeps the photos of a room: a link waits until they have arrived. A form has its draft, and waits for nothing.
  if (kept) {
    let pressedAt = null; // when the link was pressed that waits
    document.addEventListener("click", async (event) => {
      const link = event.target.closest?.("a[href]");
      if (!travelling || !link || link.target || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (link.hash && link.pathname === location.pathname) return;
      if (pressedAt !== null && event.timeStamp - pressedAt > SECOND_TAP) return; // the browser asks whether it is meant
      event.preventDefault();
      if (pressedAt !== null) return;
      pressedAt = event.timeStamp;
      const isSent = await allSent(link);
      pressedAt = null;
      if (isSent) location.assign(link.href);
    });
    // Whatever else leaves the page: what has not arrived is only here.
    addEventListener("beforeunload", (event) => {
      if (travelling || shots.querySelector(".is-bad [data-again]:not([hidden])")) event.preventDefault();
    });
  }

  return { take, restore, all, retry, clear, count: () => shots.children.length };
};
