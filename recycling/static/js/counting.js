// Counting a shelf: every scan is kept in the browser first, under a key of its own, and sent when there is a network. It
// stays until the server has said that it has it, so a closed tab, a dead network or an answer that was lost cost nothing.

import { drawer, isLasting, newKey } from "./store.js";

const root = document.querySelector("[data-counting]");
const words = root.dataset;
const form = document.getElementById("count");
const said = root.querySelector("[data-said]");
const waits = root.querySelector("[data-waits]");
const token = root.querySelector("[name=csrfmiddlewaretoken]").value;
const list = new Map([...root.querySelectorAll("[data-item]")].map((row) => [row.dataset.item, row]));

const BATCH = 50;
const AGAIN = 3000; // something waits: try again
const LOOK = 8000; // nothing waits: see how far the others are
const ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

// ---- What this browser keeps ----

const scans = drawer("scans");
// All that waits for this stock-take, oldest first.
const waiting = async () => (await scans.all()).filter((one) => one.to === words.to);

const device = (() => {
  try {
    localStorage.kiertoDevice ??= newKey();
    return localStorage.kiertoDevice;
  } catch {
    return newKey();
  }
})();

// ---- What is shown ----

let seen = {}; // of this shelf, as the server knows it
let last = null; // the scan that the big answer is about
let left = 0; // how many wait on this browser

const fill = (tone, title, code, text, mayUndo) => {
  said.hidden = false;
  said.classList.remove("ok", "hold", "danger");
  said.classList.add(tone);
  said.querySelector("[data-title]").textContent = title;
  said.querySelector("[data-code-shown]").textContent = code;
  said.querySelector("[data-words]").textContent = text;
  said.querySelector("[data-undo]").hidden = !mayUndo;
};

const mark = (all) => {
  const here = new Map(Object.entries(seen));
  const own = all.filter((one) => one.place === words.shelf);
  own.forEach((one) => !one.undone && here.set(one.code, one.pieces ?? 1));
  list.forEach((row, code) => {
    row.classList.toggle("is-done", here.has(code));
    row.classList.toggle("is-kept", own.some((one) => one.code === code));
    row.querySelector("[data-pieces]").textContent = here.get(code) ?? "";
  });
};

const tell = async () => {
  const all = await waiting();
  left = all.length;
  waits.hidden = left === 0;
  const others = all.some((one) => one.who !== words.user);
  const number = left === 1 ? words.waitsOne : words.waitsMany.replace("{n}", left);
  const lines = [number, others && words.others, (await isLasting) ? "" : words.nostore];
  waits.querySelector("[data-waits-words]").textContent = lines.filter(Boolean).join(". ");
  mark(all);
};

const show = (answer) => {
  seen = answer.seen;
  for (const [key, [expected, found, isCounted]] of Object.entries(answer.places)) {
    const row = words.shelf === key ? root : root.querySelector(`[data-place="${key}"]`);
    if (!row) continue;
    row.querySelector("[data-found]").textContent = found;
    row.querySelector("[data-expected]").textContent = expected;
    const bar = row.querySelector("progress");
    if (bar) bar.value = found;
    if (row !== root) row.classList.toggle("is-done", isCounted);
  }
};

// ---- Sending ----

const ask = async (body, options = {}) => {
  const address = `${words.to}?shelf=${words.shelf ?? ""}`;
  const headers = { "X-CSRFToken": token, "Content-Type": "application/json", Accept: "application/json" };
  try {
    const answer = await fetch(address, body ? { method: "POST", headers, body: JSON.stringify(body), ...options } : {});
    if (answer.redirected || [401, 403].includes(answer.status)) return { signedOut: true };
    const told = await answer.json();
    return answer.ok ? told : null;
  } catch {
    return null;
  }
};

const outgoing = (one) => {
  const { id, place, code, pieces, undone } = one;
  return { id, place, code, pieces, undone, ago: Math.max(0, Date.now() - one.at) };
};

const refused = (one, why) => {
  if (last?.id === one.id || why.code !== "how_many") fill("danger", one.name || one.code, one.name ? one.code : "", why.detail, false);
  if (why.code === "how_many" && form) askHowMany(one.code, one.name ?? one.code);
};

// One batch. True when there may be more to send.
const sendSome = async () => {
  const all = await waiting();
  const batch = all.filter((one) => one.who === words.user).slice(0, BATCH);
  if (!form && !batch.length) {
    const answer = await ask();
    if (answer?.places) show(answer);
    return false;
  }
  const answer = await ask({ device, waiting: all.length - batch.length, scans: batch.map(outgoing) });
  if (answer?.signedOut) {
    waits.hidden = false;
    waits.querySelector("[data-waits-words]").textContent = words.signin;
    return false;
  }
  if (!answer) return false;
  const now = new Map((await waiting()).map((one) => [one.id, one]));
  const byId = new Map(batch.map((one) => [one.id, one]));
  for (const one of answer.taken) {
    // Undone while it travelled: then the undoing still has to be sent.
    if (now.get(one.id)?.undone === byId.get(one.id).undone) await scans.drop(one.id);
    if (last?.id === one.id && !last.undone) fill(one.tone, one.title, one.shown, one.words, true);
  }
  for (const why of answer.refused.filter((one) => !one.keep)) {
    await scans.drop(why.id);
    refused(byId.get(why.id), why);
  }
  const isKept = answer.refused.some((one) => one.keep);
  if (isKept && last) fill("hold", last.name || last.code, "", words.paused, true);
  show(answer);
  return !isKept && (await waiting()).some((one) => one.who === words.user);
};

let isSending = false;
let timer = 0;
const send = async () => {
  clearTimeout(timer);
  if (isSending) return;
  isSending = true;
  try {
    while (await sendSome());
    await tell();
  } finally {
    isSending = false;
    timer = setTimeout(send, left ? AGAIN : LOOK);
  }
};

// ---- Scanning ----

// The code in what was scanned or typed, or "" for what is none: a label's link, capitals, spaces, hyphens.
const codeIn = (text) => {
  const plain = (text.match(/\/i\/([^/?#\s]+)/)?.[1] ?? text).toUpperCase().replace(/[\s\-\u00ad\u2010-\u2015\u2212]/g, "");
  if (plain.length !== 7 || [...plain].some((one) => !ALPHABET.includes(one))) return "";
  const sum = [...plain].reverse().reduce((total, one, at) => {
    const value = ALPHABET.indexOf(one);
    return total + (at % 2 ? Math.floor((2 * value) / 30) + ((2 * value) % 30) : value);
  }, 0);
  return sum % 30 ? "" : plain;
};
const asShown = (code) => `${code.slice(0, 3)}-${code.slice(3)}`;

const pad = form?.querySelector("[data-pad]");
const field = form?.querySelector("input[name=code]"); // each row's button has that name too
const number = form?.querySelector("input[name=pieces]");

const askHowMany = (code, name) => {
  field.value = asShown(code);
  pad.classList.remove("is-off");
  pad.querySelector(".scan-title").textContent = name;
  number.value = "";
  number.focus();
};

const take = async (text) => {
  const code = codeIn(text);
  if (!code) {
    last = null;
    fill("danger", text.slice(0, 40), "", words.unreadable, false);
    navigator.vibrate?.([80, 60, 80]);
    return;
  }
  const row = list.get(code);
  const isPadOpen = !pad.classList.contains("is-off");
  const typed = isPadOpen && number.value !== "" ? Number(number.value) : null;
  if (row?.dataset.lot && typed === null) {
    askHowMany(code, row.dataset.name);
    return;
  }
  const pieces = Number.isInteger(typed) && typed >= 0 ? typed : null;
  const name = row?.dataset.name ?? "";
  const scan = { id: newKey(), to: words.to, who: words.user, place: words.shelf, code, pieces, at: Date.now(), undone: false, name };
  last = scan;
  pad.classList.add("is-off");
  number.value = field.value = "";
  field.focus();
  await scans.put(scan);
  const title = `${pieces === null ? "" : `${pieces} × `}${name || asShown(code)}`;
  fill(row ? "ok" : "hold", title, name ? asShown(code) : "", navigator.onLine ? (row ? words.belongs : words.checking) : words.kept, true);
  navigator.vibrate?.(60);
  await tell();
  send();
};

if (form) {
  pad.querySelector("[data-keys]").hidden = false;
  pad.querySelectorAll("[data-digit]").forEach((key) => {
    key.addEventListener("click", () => {
      number.value = key.dataset.digit === "" ? number.value.slice(0, -1) : `${number.value}${key.dataset.digit}`.slice(0, 5);
    });
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const other = event.submitter?.name === "code" ? event.submitter.value : "";
    if (other) pad.classList.add("is-off");
    take(other || field.value);
  });
  said.querySelector("[data-undo]").addEventListener("submit", async (event) => {
    if (!last) return; // the answer to a page that was loaded: its form knows the scan
    event.preventDefault();
    last = { ...last, undone: true };
    await scans.put(last);
    fill("hold", last.name || asShown(last.code), last.name ? asShown(last.code) : "", words.undone, false);
    field.focus();
    await tell();
    send();
  });
  field.focus({ preventScroll: true });
}

waits.querySelector("[data-send]").addEventListener("click", send);
addEventListener("online", send);
addEventListener("pageshow", send);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
// Whoever leaves with nothing unsent says so: until then the stock-take is not closed without asking.
addEventListener("pagehide", () => {
  if (form && !left && !isSending) ask({ device, waiting: 0, leaves: true, scans: [] }, { keepalive: true });
});
tell();
