// The camera in the page: one tap is one photo, and the next can be taken at once. Where it is refused or missing, the
// buttons that open the phone's own camera are there as before, and a sentence says what can be done.

import { asJpeg, drawn } from "./shrink.js";

const WANTED = { audio: false, video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } } };
const REMEMBERED = "kierto-camera";

const allowedAlready = async () => {
  if (sessionStorage.getItem(REMEMBERED)) return true;
  try {
    return (await navigator.permissions.query({ name: "camera" })).state === "granted";
  } catch {
    return false; // a browser that does not tell
  }
};

// `box` holds the parts of templates/inventory/_wh_camera.html; `take(file, canvas)` gets each photo.
export const cameraIn = async (box, { take, opened = () => {} }) => {
  const live = box.querySelector("[data-live]");
  if (!live || !navigator.mediaDevices?.getUserMedia) return;
  const view = live.querySelector(".live-view");
  const video = live.querySelector("video");
  const shutter = live.querySelector("[data-shutter]");
  const open = live.querySelector("[data-open]");
  const close = live.querySelector("[data-close]");
  const said = live.querySelector("[data-said]");
  const voice = live.querySelector("[data-voice]");
  let stream = null;
  let taken = 0;

  const showing = (on) => {
    [view, shutter, close].forEach((part) => (part.hidden = !on));
    open.hidden = on;
    box.classList.toggle("has-camera", on);
  };
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
  };
  const start = async (byHand = false) => {
    said.textContent = "";
    said.hidden = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia(WANTED);
      video.srcObject = stream;
      await video.play();
    } catch (error) {
      stop();
      showing(false);
      sessionStorage.removeItem(REMEMBERED);
      said.textContent = error.name === "NotAllowedError" ? live.dataset.refused : live.dataset.missing;
      said.hidden = false;
      return;
    }
    sessionStorage.setItem(REMEMBERED, "on");
    showing(true);
    opened();
    if (byHand) shutter.focus({ preventScroll: true });
    // The shutter is in reach, above the bar; what the page says about an error is read first.
    if (byHand || !(scrollY || document.getElementById("error-summary"))) shutter.scrollIntoView({ block: "nearest" });
  };

  shutter.addEventListener("click", async () => {
    if (!video.videoWidth) return;
    const canvas = drawn(video);
    view.classList.remove("is-taken");
    requestAnimationFrame(() => view.classList.add("is-taken"));
    navigator.vibrate?.(40);
    taken += 1;
    view.classList.add("has-shots");
    voice.textContent = `${live.dataset.taken} ${taken}`;
    const blob = await asJpeg(canvas);
    take(new File([blob], `${live.dataset.taken}-${taken}.jpg`, { type: "image/jpeg" }), canvas);
  });
  open.addEventListener("click", () => start(true));
  close.addEventListener("click", () => {
    stop();
    showing(false);
    sessionStorage.removeItem(REMEMBERED);
    open.focus();
  });
  // A phone in a pocket films nothing.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) stop();
    else if (!view.hidden && !stream) start();
  });
  addEventListener("pagehide", stop);
  // The camera that reads codes needs it for a moment.
  document.addEventListener("finder", ({ detail }) => {
    if (detail) stop();
    else if (!view.hidden && !stream) start();
  });

  live.hidden = false;
  showing(false);
  if (await allowedAlready()) await start();
};
