// A code that was scanned, by the camera in the page or by a hand scanner, is one event on the document: `scanned`, its text in
// `detail`. The page that wants it calls preventDefault(), or respondWith() with what became of it, {good, words}, also as a
// promise: then the sound and the words follow the answer. What no page wants goes to the page that knows every code.

class Scanned extends CustomEvent {
  constructor(code) {
    super("scanned", { detail: code, cancelable: true });
  }

  respondWith(answer) {
    this.preventDefault();
    this.answer = answer;
  }
}

// Gives back the answer, or null where the scan page opens.
export const deliver = async (code) => {
  const scan = new Scanned(code);
  if (document.dispatchEvent(scan)) {
    const form = document.getElementById("wedge");
    form.elements.code.value = code;
    form.requestSubmit();
    return null;
  }
  if (scan.answer) document.dispatchEvent(new CustomEvent("scanning"));
  const answer = (await scan.answer) ?? { good: true };
  signal(answer.good);
  document.dispatchEvent(new CustomEvent("answered", { detail: answer }));
  return answer;
};

// ---- Sound and vibration ----

export const QUIET = "scan-quiet";

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

export const stored = (key) => {
  try {
    return localStorage.getItem(key) === "1";
  } catch {
    return false; // a browser that keeps nothing forgets this too
  }
};
// The box is ticked as it was the last time.
export const remember = (box, key) => {
  box.checked = stored(key);
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(key, box.checked ? "1" : "0");
    } catch {
      // As above.
    }
  });
};

export const signal = (good) => {
  navigator.vibrate?.(good ? 80 : [200, 100, 200]);
  if (stored(QUIET)) return;
  audio ??= new AudioContext();
  if (good) tone(0, 1200, 0.12);
  else [0, 0.25].forEach((from) => tone(from, 220, 0.2));
};
