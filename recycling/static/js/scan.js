// The scan page: the camera where the browser can read codes itself; everywhere else a photo or the fingers, which need no script.

const box = document.getElementById("scanner");
const words = box.dataset;
const part = (name) => box.querySelector(`[data-${name}]`);
const [frame, says, start, stop, torch] = ["frame", "says", "start", "stop", "torch"].map(part);
const video = box.querySelector("video");
const form = document.querySelector("form.code-row");
const options = document.getElementById("scan-options");
const many = document.getElementById("many");
const quiet = document.getElementById("quiet");
const scanned = document.getElementById("scanned");

const AGAIN = 1500; // the same code in the picture is not taken twice within this
const EVERY = 120;

let stream = null;
let wake = null;
let asking = false;
const seen = new Map();

// ---- Sound and vibration ----

let audio = null;
const tone = (from, high, length) => {
  const voice = audio.createOscillator();
  const gain = audio.createGain();
  voice.frequency.value = high;
  gain.gain.value = 0.2;
  voice.connect(gain).connect(audio.destination);
  voice.start(audio.currentTime + from);
  voice.stop(audio.currentTime + from + length);
};
const signal = (good) => {
  navigator.vibrate?.(good ? 80 : [200, 100, 200]);
  if (quiet.checked) return;
  audio ??= new AudioContext();
  if (good) tone(0, 1200, 0.12);
  else [0, 0.25].forEach((from) => tone(from, 220, 0.2));
};

const remember = (box_, key) => {
  try {
    box_.checked = localStorage.getItem(key) === "1";
    box_.addEventListener("change", () => localStorage.setItem(key, box_.checked ? "1" : "0"));
  } catch {
    // A browser that keeps nothing forgets this too.
  }
};

// ---- What a code means ----

const tell = (text, bad) => {
  says.textContent = text;
  says.classList.toggle("is-bad", Boolean(bad));
};

const note = (text, href) => {
  const line = document.createElement("li");
  const words_ = document.createElement(href ? "a" : "p");
  if (href) words_.href = href;
  else line.className = "is-bad";
  words_.className = "tall";
  words_.textContent = text;
  line.append(words_);
  scanned.hidden = false;
  scanned.querySelector("ol").prepend(line);
  const good = scanned.querySelectorAll("a").length;
  scanned.querySelector("[data-count]").textContent = `(${good})`;
};

const ask = async (code) => {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append("code", code);
  try {
    const answer = await fetch(words.to, { method: "POST", body, headers: { Accept: "application/json" } });
    return await answer.json();
  } catch {
    return null;
  }
};

const take = async (code) => {
  const now = performance.now();
  const before = seen.get(code);
  seen.set(code, now); // the lock-out lasts as long as the code stays in the picture
  if (asking || (before !== undefined && now - before < AGAIN)) return;
  asking = true;
  tell(words.asking);
  const found = await ask(code);
  asking = false;
  const good = Boolean(found?.href);
  signal(good);
  if (good && !many.checked) {
    location.assign(found.href);
    return;
  }
  if (!found) seen.delete(code);
  tell(good ? found.words : (found?.detail ?? words.offline), !good);
  if (many.checked && found) note(good ? found.words : found.detail, found.href);
};

// A hand scanner on this page: in a row, the page stays; else its code opens like any other.
document.addEventListener("scanned", (event) => {
  if (!many.checked) return;
  event.preventDefault();
  take(event.detail);
});
form.addEventListener("submit", (event) => {
  const field = form.elements.code;
  if (!many.checked || !field.value.trim()) return;
  event.preventDefault();
  take(field.value.trim());
  field.value = "";
  field.focus();
});

// ---- The camera ----

const close = () => {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  wake?.release().catch(() => {});
  wake = null;
  frame.hidden = stop.hidden = torch.hidden = true;
  start.hidden = false;
};

const WHY = { NotAllowedError: "refused", SecurityError: "refused", NotReadableError: "busy" };

const open = async (detector) => {
  tell(words.starting);
  start.hidden = true;
  try {
    const picture = { facingMode: "environment", width: { ideal: 1280 } };
    stream = await navigator.mediaDevices.getUserMedia({ video: picture });
    video.srcObject = stream;
    frame.hidden = stop.hidden = false;
    await video.play();
  } catch (error) {
    close();
    tell(words[WHY[error.name] ?? "none"], true);
    form.elements.code.focus();
    return;
  }
  navigator.wakeLock?.request("screen").then((lock) => (wake = lock), () => {});
  torch.hidden = !stream.getVideoTracks()[0].getCapabilities?.().torch;
  tell(words.looking);
  watch(detector, stream);
};

const watch = async (detector, mine) => {
  while (stream === mine) {
    try {
      const [code] = await detector.detect(video);
      if (code?.rawValue) await take(code.rawValue);
    } catch {
      // A picture that cannot be read is followed by the next one.
    }
    await new Promise((done) => setTimeout(done, EVERY));
  }
};

torch.addEventListener("click", () => {
  const on = torch.getAttribute("aria-pressed") !== "true";
  stream?.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] }).catch(() => {});
  torch.setAttribute("aria-pressed", String(on));
});
stop.addEventListener("click", () => {
  close();
  tell("");
  start.focus();
});
addEventListener("pagehide", close);

// ---- What this browser can do ----

remember(many, "scan-many");
remember(quiet, "scan-quiet");
options.hidden = box.hidden = false;

const formats = (await globalThis.BarcodeDetector?.getSupportedFormats?.().catch(() => [])) ?? [];
const readable = ["qr_code", "code_39"].filter((one) => formats.includes(one));
if (readable.length && navigator.mediaDevices?.getUserMedia) {
  const detector = new BarcodeDetector({ formats: readable });
  start.addEventListener("click", () => open(detector));
  // Where the camera was allowed before, nothing needs to be pressed.
  const allowed = await navigator.permissions?.query({ name: "camera" }).catch(() => null);
  if (allowed?.state === "granted") open(detector);
} else {
  start.hidden = true;
}

// A photo is sent as soon as it is taken.
const photo = document.getElementById("photo");
photo.addEventListener("change", () => photo.files.length && photo.form.requestSubmit());
