// The camera that reads codes, on every page that includes inventory/_wh_finder.html: each code it sees is handed out like one
// of a hand scanner (scanned.js). It goes on until it is stopped, so that things can be scanned one after another.

import { QUIET, deliver, remember } from "./scanned.js";

const AGAIN = 1500; // the same code in the picture is not taken twice within this
const EVERY = 120; // milliseconds from one look to the next, and time for everything else in between
const REST = 30;
const GIVE_UP = 5; // looks that fail one after another: this browser's own detector does not work
const HINT = 8000; // without a code in the picture: what may help
const WHY = { NotAllowedError: "refused", SecurityError: "refused", NotReadableError: "busy" };

const box = document.querySelector("[data-finder]");
const words = box.dataset;
const part = (name) => box.querySelector(`[data-${name}]`);
const [frame, says, start, stop, torch, quiet] = ["frame", "says", "start", "stop", "torch", "quiet"].map(part);
const video = box.querySelector("video");

let stream = null;
let isAsking = false; // the camera is ours, or will be
let wake = null;
const seen = new Map();

// A page that sends its form comes back, and the code may still be in the picture: it is not taken a second time. Only a trace of
// it is kept, because it may be somebody's pickup.
const LATEST = "finder-latest";
const LATELY = 10_000;
const traceOf = (code) => [...code].reduce((sum, one) => (31 * sum + one.codePointAt(0)) | 0, 7);
const keep = (code) => {
  try {
    sessionStorage.setItem(LATEST, JSON.stringify([traceOf(code), Date.now()]));
  } catch {
    // Then it is taken twice.
  }
};
let earlier = null; // the trace of the code that the last page took
try {
  const [trace, at] = JSON.parse(sessionStorage.getItem(LATEST)) ?? [];
  if (Date.now() - at < LATELY) earlier = trace;
} catch {
  // As above.
}

const tell = (text, bad) => {
  says.textContent = text;
  says.classList.toggle("is-bad", Boolean(bad));
};
document.addEventListener("scanning", () => tell(words.asking));
document.addEventListener("answered", ({ detail }) => {
  tell(detail.words ?? (stream ? words.looking : ""), Boolean(detail.words) && !detail.good);
  if (detail.good && stream && "byHand" in words) close();
});

// ---- Which decoder ----

const own = async () => {
  const { Detector } = await import("./qr/detector.js");
  return new Detector();
};
const newDetector = async () => {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats?.().catch(() => [])) ?? [];
  return formats.includes("qr_code")
    ? new BarcodeDetector({ formats: ["qr_code", "code_39"].filter((one) => formats.includes(one)) })
    : own();
};

// ---- The camera ----

const close = () => {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  wake?.release().catch(() => {});
  wake = null;
  frame.hidden = stop.hidden = torch.hidden = true;
  start.hidden = false;
  if (isAsking) document.dispatchEvent(new CustomEvent("finder", { detail: false }));
  isAsking = false;
};

const open = async () => {
  tell(words.starting);
  start.hidden = true;
  // Another camera of the page gives way: some phones have room for one only.
  isAsking = true;
  document.dispatchEvent(new CustomEvent("finder", { detail: true }));
  let detector;
  try {
    const picture = { facingMode: "environment", width: { ideal: 1280 } };
    stream = await navigator.mediaDevices.getUserMedia({ video: picture });
    detector = await newDetector();
    video.srcObject = stream;
    frame.hidden = stop.hidden = false;
    await video.play();
  } catch (error) {
    const why = stream && !detector ? "unloaded" : WHY[error.name];
    close();
    tell(words[why ?? "none"], true);
    document.getElementById(words.typing)?.focus();
    return;
  }
  navigator.wakeLock?.request("screen").then((lock) => (wake = lock), () => {});
  torch.hidden = !stream.getVideoTracks()[0].getCapabilities?.().torch;
  tell(words.looking);
  watch(detector, stream);
};

const take = async (code) => {
  if (traceOf(code) === earlier) seen.set(code, performance.now());
  earlier = null;
  const before = seen.get(code);
  seen.set(code, performance.now()); // the lock-out lasts as long as the code stays in the picture
  if (before !== undefined && performance.now() - before < AGAIN) return;
  keep(code);
  const answer = await deliver(code);
  if (answer?.again) seen.delete(code);
  else seen.set(code, performance.now());
};

const watch = async (detector, mine) => {
  let failures = 0;
  let since = performance.now();
  while (stream === mine) {
    const began = performance.now();
    try {
      const found = await detector.detect(video);
      failures = 0;
      if (found.length) {
        since = performance.now();
      } else if (performance.now() - since > HINT) {
        tell(words.nothing);
        since = Infinity; // said once, until something was seen
      }
      for (const { rawValue } of found) if (rawValue && stream === mine) await take(rawValue);
    } catch {
      // A picture that cannot be read is followed by the next one.
      if (++failures === GIVE_UP) detector = await own();
    }
    await new Promise((done) => setTimeout(done, Math.max(REST, EVERY - (performance.now() - began))));
  }
};

torch.addEventListener("click", () => {
  const on = torch.getAttribute("aria-pressed") !== "true";
  stream?.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] }).catch(() => {});
  torch.setAttribute("aria-pressed", String(on));
});
start.addEventListener("click", open);
stop.addEventListener("click", () => {
  close();
  tell("");
  start.focus();
});
addEventListener("pagehide", close);
// A phone in a pocket films nothing.
let wasOpen = false;
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    wasOpen = Boolean(stream);
    close();
  } else if (wasOpen) {
    open();
  }
});

if (quiet) remember(quiet, QUIET);
if (navigator.mediaDevices?.getUserMedia) {
  box.hidden = false;
  // Where the camera was allowed before, nothing needs to be pressed.
  const allowed = "byHand" in words || "waits" in words ? null : await navigator.permissions?.query({ name: "camera" }).catch(() => null);
  if (allowed?.state === "granted") open();
}
