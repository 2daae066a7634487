// On every page of the warehouse: how much waits on this phone, the button that sends it, and the pages that open without a network.

import { errands, flush, knock, onChange } from "./outbox.js";
import { forgetPages, keepPages } from "./pages.js";
import { drawer, isLasting } from "./store.js";

const bar = document.querySelector("[data-outbox]");
const { user, home } = bar.dataset;
const words = bar.dataset;
const copy = document.documentElement.dataset.kept;
const scans = drawer("scans");

const AGAIN = 15000;
const NEARLY_FULL = 0.8;

// ---- The bar ----

const counted = (one, many, number) => number && (number === 1 ? one : many.replace("{n}", number));
let signedOut = false;
let unseen = 0; // what could not be done, here or on other phones, and waits for somebody to look into it

const isNearlyFull = async () => {
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
  return quota > 0 && usage / quota > NEARLY_FULL;
};

let timer = 0;
const tell = async (answer) => {
  if (answer?.who || answer?.signedOut) signedOut = Boolean(answer.signedOut);
  const [all, seen] = await Promise.all([errands.all(), scans.all()]);
  const mine = all.filter((one) => one.who === user);
  const refused = mine.filter((one) => one.refused);
  // The page of a stock-take has a bar of its own for its scans.
  const own = document.querySelector("[data-counting]") ? 0 : seen.filter((one) => one.who === user).length;
  const waits = mine.length - refused.length + own;
  const bad = unseen + refused.filter((one) => !one.isWritten).length;
  const others = all.length > mine.length;
  const lines = [
    counted(words.one, words.many, waits),
    counted(words.refusedOne, words.refusedMany, bad),
    others && words.others,
    waits && signedOut && words.signin,
    waits && !(await isLasting) && words.nostore,
    waits && (await isNearlyFull()) && words.full,
  ].filter(Boolean);
  bar.hidden = !lines.length;
  bar.dataset.waiting = waits;
  bar.classList.toggle("danger", bad > 0);
  bar.querySelector("[data-told]").textContent = lines.join(" ");
  const button = bar.querySelector("[data-send-now]");
  button.hidden = !waits;
  button.querySelector("[data-number]").textContent = waits;
  clearTimeout(timer);
  if (waits) timer = setTimeout(flush, AGAIN);
};

const look = async () => {
  const answer = await knock(home);
  if (!answer?.who) return;
  unseen = answer.unseen;
  await tell(answer);
};

onChange(async (answer) => {
  await tell(answer);
  if (answer?.who) await look(); // something was sent: it may have been refused
});
bar.querySelector("[data-send-now]").addEventListener("click", flush);
addEventListener("online", flush);
addEventListener("pageshow", flush);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());

// ---- A page from this phone says that it is one ----

if (copy) {
  const note = document.querySelector("[data-copy]");
  const at = new Date(Number(copy));
  const today = at.toDateString() === new Date().toDateString();
  const minutes = `${at.getMinutes()}`.padStart(2, "0");
  const time = document.documentElement.lang === "en" ? `${`${at.getHours()}`.padStart(2, "0")}:${minutes}` : `${at.getHours()}.${minutes}`;
  const when = today ? time : `${at.getDate()}.${at.getMonth() + 1}. ${time}`;
  note.querySelector("p").textContent = (location.hash === "#not-kept" ? note.dataset.missing : note.dataset.copied).replace("{time}", when);
  note.hidden = false;
}

// ---- The pages that open without a network ----

const places = document.querySelectorAll("[data-keep]");
const addresses = (what) => [...places].flatMap((one) => (one.dataset[what] ?? "").split(" ").filter(Boolean));

const keep = async () => {
  if (copy || !navigator.serviceWorker || !("caches" in window)) return;
  const language = document.documentElement.lang;
  try {
    if (localStorage.kiertoPages !== user) await forgetPages(); // somebody else had this phone
    await look();
    await navigator.serviceWorker.register("/sw.js", { scope: `/${language}/wh`, type: "module" });
    await navigator.serviceWorker.ready;
    await keepPages(user, addresses("keep"), addresses("keepAlways"));
  } catch {
    return; // this browser opens nothing without a network; what waits is kept all the same
  }
  document.documentElement.dataset.ready = "offline";
};
if (document.readyState === "complete") keep();
else addEventListener("load", keep);
