// Counting a shelf: every scan is kept in the browser first, under a key of its own, and sent when there is a network. It
// stays until the server has said that it has it, so a closed tab, a dead network or an answer that was lost cost nothing.
// Every page of stock-takes sends what waits, also after the close: then it waits for the lead. A scan that is refused stays
// under its own shelf until its person has answered it or taken it off.

import { asShown, itemIn, shelfIn } from "./codes.js";
import { signal } from "./scanned.js";
import { drawer, isLasting, newKey } from "./store.js";

const root = document.querySelector("[data-counting]");
const words = root.dataset;
const form = document.getElementById("count");
const said = root.querySelector("[data-said]");
const waits = root.querySelector("[data-waits]");
const unanswered = root.querySelector("[data-refused]");
const token = root.querySelector("[name=csrfmiddlewaretoken]").value;
const list = new Map([...root.querySelectorAll("[data-item]")].map((row) => [row.dataset.item, row]));

const BATCH = 50;
const AGAIN = 3000; // something waits: try again
const LOOK = 8000; // nothing waits: see how far the others are

// ---- What this browser keeps ----

const scans = drawer("scans");
// All that this phone holds, of any stock-take, oldest first. What the server has refused says why in its `no`.
const waiting = () => scans.all();

// Which stock-take an address of scans belongs to, whatever the language of the page where they were scanned.
const takeOf = (to) => to?.split("/").at(-2) ?? "";
const takeHere = takeOf(words.to);
const isOfThisTake = (one) => takeOf(one.to) === takeHere;
const isOfThisShelf = (one) => isOfThisTake(one) && one.place === words.shelf;
// Whether the stock-take still has to wait for it: it was not sent, or nobody has said how many there are.
const isOwed = (one) => !one.no || one.no.code === "how_many";

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
let left = 0; // how many this stock-take waits for
let unsent = 0; // how many this person can send, of any stock-take
let trouble = ""; // what the server said when it took none of them

const fill = (tone, title, code, text, mayUndo) => {
  said.hidden = false;
  said.classList.remove("ok", "hold", "danger");
  said.classList.add(tone);
  said.querySelector("[data-title]").textContent = title;
  said.querySelector("[data-code-shown]").textContent = code;
  said.querySelector("[data-words]").textContent = text;
  const undo = said.querySelector("[data-undo]");
  if (undo) undo.hidden = !mayUndo;
};

const mark = (all) => {
  const here = new Map(Object.entries(seen));
  const own = all.filter((one) => isOfThisShelf(one) && !one.no);
  own.forEach((one) => !one.undone && here.set(one.code, one.pieces ?? 1));
  list.forEach((row, code) => {
    row.classList.toggle("is-done", here.has(code));
    row.classList.toggle("is-kept", own.some((one) => one.code === code));
    row.querySelector("[data-pieces]").textContent = here.get(code) ?? "";
  });
};

const tell = async () => {
  const all = await waiting();
  const going = all.filter((one) => !one.no);
  left = all.filter((one) => isOfThisTake(one) && isOwed(one)).length;
  unsent = going.filter((one) => one.who === words.user).length;
  waits.hidden = !going.length && !trouble;
  const number = going.length === 1 ? words.waitsOne : words.waitsMany.replace("{n}", going.length);
  const lines = [going.length && number, unsent < going.length && words.others, trouble, (await isLasting) ? "" : words.nostore];
  waits.querySelector("[data-waits-words]").textContent = lines.filter(Boolean).join(". ");
  listRefused(all.filter((one) => one.no && one.who === words.user && one.id !== pending?.id));
  mark(all);
};

// ---- What was refused: it is answered or taken off where it is read ----

let pending = null; // what the pad of this page asks about

const answered = async (one, input) => {
  if (!isNumber(input)) {
    fill("danger", one.name || asShown(one.code), one.name ? asShown(one.code) : "", words.howMany, false);
    input.focus();
    return;
  }
  await scans.put({ ...one, pieces: Number(input.value), no: undefined });
  await tell();
  send();
};

const listRefused = (all) => {
  const ids = all.map((one) => one.id).join();
  if (unanswered.dataset.ids === ids) return; // whoever is typing into it goes on
  unanswered.dataset.ids = ids;
  unanswered.hidden = !all.length;
  const blank = unanswered.querySelector("template").content.firstElementChild;
  const lines = all.map((one) => {
    const line = blank.cloneNode(true);
    const mayAnswer = one.no.code === "how_many";
    const answer = line.querySelector("form");
    line.querySelector("[data-name]").textContent = one.name || asShown(one.code);
    line.querySelector("[data-where]").textContent = [one.name && asShown(one.code), one.shelf].filter(Boolean).join(", ");
    line.querySelector("[data-why]").textContent = one.no.detail;
    line.querySelector("[data-why]").hidden = mayAnswer; // the question stands at the field
    answer.hidden = !mayAnswer;
    answer.addEventListener("submit", (event) => {
      event.preventDefault();
      answered(one, answer.querySelector("input"));
    });
    line.querySelector("[data-drop]").addEventListener("click", async () => {
      await scans.drop(one.id);
      await tell();
      (unanswered.querySelector("li [data-drop]") ?? field)?.focus();
    });
    return line;
  });
  unanswered.querySelector("ul").replaceChildren(...lines);
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

// What the server said; null where nothing could be reached.
const ask = async (to, body, options = {}) => {
  const address = takeOf(to) === takeHere ? `${words.to}?shelf=${words.shelf ?? ""}` : to;
  const headers = { "X-CSRFToken": token, "Content-Type": "application/json", Accept: "application/json" };
  try {
    const answer = await fetch(address, body ? { method: "POST", headers, body: JSON.stringify(body), ...options } : {});
    if (answer.redirected || [401, 403].includes(answer.status)) return { signedOut: true };
    const told = await answer.json().catch(() => null);
    return answer.ok || answer.status >= 500 ? (answer.ok && told) || null : { trouble: told?.detail ?? words.unsent };
  } catch {
    return null;
  }
};

const outgoing = (one) => {
  const { id, place, code, pieces, undone } = one;
  return { id, place, code, pieces, undone, ago: Math.max(0, Date.now() - one.at) };
};

// To whoever has just scanned it, the answer is said at once; everything else stays on the list of this page until it is read.
const refused = async (one, why) => {
  if (one.undone) return scans.drop(one.id);
  const isLast = last?.id === one.id && !last.undone;
  if (isLast && why.code !== "how_many") {
    fill("danger", one.name || asShown(one.code), one.name ? asShown(one.code) : "", why.detail, false);
    return scans.drop(one.id);
  }
  const marked = { ...one, no: { code: why.code, detail: why.detail } };
  await scans.put(marked);
  if (isLast) askHowMany(marked);
};

let hasLeft = false;
const stuck = new Set(); // stock-takes that took nothing in this round: the others have their turn

// One batch of one stock-take. True when there may be more to send.
const sendSome = async () => {
  const all = await waiting();
  const mine = (one) => one.who === words.user && !one.no && !stuck.has(takeOf(one.to));
  const to = all.find(mine)?.to ?? words.to;
  const batch = all.filter((one) => mine(one) && takeOf(one.to) === takeOf(to)).slice(0, BATCH);
  if (!batch.length && words.live === undefined) return false;
  const owed = all.filter((one) => takeOf(one.to) === takeOf(to) && isOwed(one)).length;
  // A page that counts nothing says that this phone has finished, should the shelf's page not have come to it.
  const leaves = !form && !owed && !hasLeft && takeOf(to) === takeHere;
  const body = (batch.length || form || leaves) && { device, waiting: owed - batch.length, leaves, scans: batch.map(outgoing) };
  const answer = await ask(to, body);
  if (answer?.signedOut) {
    trouble = words.signin;
    return false;
  }
  if (!answer) return false;
  if (answer.trouble) {
    trouble = answer.trouble;
    stuck.add(takeOf(to));
    return batch.length > 0;
  }
  hasLeft ||= leaves;
  if (takeOf(to) === takeHere) show(answer);
  if (!batch.length) return false;
  const now = new Map((await waiting()).map((one) => [one.id, one]));
  const byId = new Map(batch.map((one) => [one.id, one]));
  for (const one of answer.taken) {
    // Undone while it travelled: then the undoing still has to be sent.
    if (now.get(one.id)?.undone === byId.get(one.id).undone) await scans.drop(one.id);
    if (form ? last?.id === one.id && !last.undone : true) fill(one.tone, one.title, one.shown, one.words, Boolean(form));
  }
  for (const why of answer.refused.filter((one) => !one.keep)) await refused(now.get(why.id) ?? byId.get(why.id), why);
  if (answer.refused.some((one) => one.keep)) {
    stuck.add(takeOf(to));
    if (last && takeOf(to) === takeHere) fill("hold", last.name || asShown(last.code), "", words.paused, true);
  }
  return (await waiting()).some(mine);
};

let isSending = false;
let timer = 0;
const send = async () => {
  clearTimeout(timer);
  if (isSending) return;
  isSending = true;
  stuck.clear();
  trouble = "";
  try {
    while (await sendSome());
    await tell();
  } finally {
    isSending = false;
    if (unsent || words.live !== undefined) timer = setTimeout(send, unsent ? AGAIN : LOOK);
  }
};

// ---- Scanning ----

// Labels and old barcodes that are on the things of this shelf, to the code under which each is counted here.
const further = new Map([...list.values()].flatMap(({ dataset }) => (dataset.further?.match(/\S+/g) ?? []).map((code) => [code, dataset.item])));

const codeIn = (text) => itemIn(text, further);

// Where the shelf is counted whose label was scanned or whose code was typed: an address, "" for one that is not counted here,
// undefined for what is no shelf.
const addresses = JSON.parse(words.addresses ?? "{}");
const shelfAddress = (text) => {
  const { site, code } = shelfIn(text);
  if (site && site !== words.site) return "";
  return addresses[code] ?? (site ? "" : undefined);
};

const pad = form?.querySelector("[data-pad]");
const field = form?.querySelector("input[name=code]"); // each row's button has that name too
const number = form?.querySelector("input[name=pieces]");

const isNumber = (input) => input.validity.valid && /^\d{1,5}$/.test(input.value);

// A thing, or a scan of it, of which somebody has to say how many there are.
const askHowMany = (one) => {
  pending = one;
  field.value = asShown(one.code);
  pad.classList.remove("is-off");
  pad.querySelector(".scan-title").textContent = one.name || asShown(one.code);
  number.value = "";
  number.focus();
};

// Another shelf: on to its page.
const goTo = (address) => {
  const isHere = address === location.pathname;
  last = null;
  if (!address) fill("danger", words.notCounted, "", "", false);
  else fill("hold", isHere ? words.sameShelf : words.otherShelf, "", "", false);
  if (address && !isHere && navigator.onLine) location.assign(address);
  return { good: Boolean(address) };
};

// What was scanned or typed is counted; the answer says whether it was good.
const take = async (text) => {
  const code = codeIn(text);
  if (!code) {
    const address = shelfAddress(text);
    if (address !== undefined) return goTo(address);
    last = null;
    fill("danger", text.slice(0, 40), "", words.unreadable, false);
    return { good: false };
  }
  const row = list.get(code);
  const name = row?.dataset.name ?? "";
  const isPadOpen = !pad.classList.contains("is-off");
  if (isPadOpen && !isNumber(number) && (number.value || number.validity.badInput)) {
    fill("danger", name || asShown(code), name ? asShown(code) : "", words.howMany, false);
    number.value = "";
    number.focus();
    return { good: false };
  }
  const pieces = isPadOpen && number.value ? Number(number.value) : null;
  if (row?.dataset.lot && pieces === null) {
    askHowMany(pending?.code === code ? pending : { code, name });
    return { good: true };
  }
  const fresh = { id: newKey(), to: words.to, who: words.user, place: words.shelf, shelf: words.shelfName, at: Date.now() };
  // The answer to a scan that was asked about is that scan, with its own place and time.
  const scan = { ...fresh, ...(pending?.id && pending.code === code ? pending : {}), code, pieces, undone: false, name, no: undefined };
  last = scan;
  pending = null;
  pad.classList.add("is-off");
  number.value = field.value = "";
  field.focus();
  await scans.put(scan);
  const title = `${pieces === null ? "" : `${pieces} × `}${name || asShown(code)}`;
  fill(row ? "ok" : "hold", title, name ? asShown(code) : "", navigator.onLine ? (row ? words.belongs : words.checking) : words.kept, true);
  await tell();
  send();
  return { good: true };
};

// While somebody types how many there are of one thing, another one that the camera sees must wait.
const scanned = async (text) => {
  if (pad.classList.contains("is-off")) return take(text);
  if (codeIn(text) === pending?.code) return { good: true };
  return { good: false, words: words.howMany, again: true };
};

if (form) {
  document.addEventListener("scanned", (event) => event.respondWith(scanned(event.detail)));
  pad.querySelector("[data-keys]").hidden = false;
  pad.querySelectorAll("[data-digit]").forEach((key) => {
    key.addEventListener("click", () => {
      number.value = key.dataset.digit === "" ? number.value.slice(0, -1) : `${number.value}${key.dataset.digit}`.slice(0, 5);
    });
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const other = event.submitter?.name === "code" ? event.submitter.value : "";
    if (other) {
      pad.classList.add("is-off");
      pending = null;
    }
    take(other || field.value).then(({ good }) => signal(good));
  });
  said.querySelector("[data-undo]").addEventListener("submit", async (event) => {
    if (!last) return; // the answer to a page that was loaded: its form knows the scan
    event.preventDefault();
    const isRefused = (await waiting()).some((one) => one.id === last.id && one.no);
    last = { ...last, undone: true };
    if (isRefused) {
      await scans.drop(last.id);
      pad.classList.add("is-off");
      number.value = field.value = "";
      pending = null;
    } else {
      await scans.put(last);
    }
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
  if (form && !left && !isSending) ask(words.to, { device, waiting: 0, leaves: true, scans: [] }, { keepalive: true });
});
tell();
