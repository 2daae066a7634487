// What was done without a network waits here, each under a key of its own, and is sent in its order. It stays until the server
// has said what became of it, so that a dead network, a closed tab or a lost answer lose nothing and double nothing.

import { drawer, newKey } from "./store.js";

export const errands = drawer("errands");

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("kierto-outbox") : null;
const hearers = new Set();
// `hear` is called whenever something was kept, sent or thrown away, in whichever tab; with how a try to send ended, if it was one.
export const onChange = (hear) => hearers.add(hear);
const changed = (answer) => {
  channel?.postMessage("changed");
  hearers.forEach((hear) => hear(answer));
};
channel?.addEventListener("message", () => hearers.forEach((hear) => hear()));

// What the server said, {status, told}; null when it was not reached.
const ask = async (to, seconds, options = {}) => {
  try {
    const headers = { Accept: "application/json", ...options.headers };
    const answer = await fetch(to, { ...options, headers, cache: "no-store", signal: AbortSignal.timeout(seconds * 1000) });
    return { status: answer.status, told: await answer.json().catch(() => null) };
  } catch {
    return null;
  }
};
const post = (to, token, body, seconds) => ask(to, seconds, { method: "POST", headers: { "X-CSRFToken": token }, body });

// Who is signed in: {who, token, unseen, made}, {signedOut}, or null without a network.
export const knock = async (home, seconds = 3) => {
  if (!navigator.onLine) return null;
  const answer = await ask(home, seconds);
  if (answer?.status === 401) return { signedOut: true };
  return answer?.told?.token ? answer.told : null;
};

// `one` has kind, who, home (the page of the outbox), fields, title, and for a thing its photos {id, file}.
export const add = async (one) => {
  const errand = { id: newKey(), at: Date.now(), photos: [], ...one };
  const isKept = await errands.put(errand);
  navigator.storage?.persist?.();
  navigator.serviceWorker?.getRegistration?.().then((found) => found?.sync?.register("outbox")).catch(() => null);
  changed();
  return isKept ? errand : null;
};

export const discard = async (id) => {
  await errands.drop(id);
  changed();
};

// Once more, also what was refused: that is another errand for the server, which answers the old one as before.
export const again = async (one) => {
  const { words, refused, isWritten, ...same } = one;
  await errands.drop(one.id);
  await errands.put(refused ? { ...same, id: newKey() } : same);
  changed();
};

// A change of what somebody has not thrown away meanwhile.
const update = async (one) => {
  if (await errands.get(one.id)) await errands.put(one);
};

const settle = async (one, { status, told }) => {
  if (told?.state === "done") {
    await errands.drop(one.id);
    return;
  }
  const isFinal = told?.state === "conflict" || (told?.code && !told.keep && ![401, 403].includes(status) && status < 500);
  if (told?.code === "photo_not_here") one.photos.forEach((photo) => photo.file && delete photo.there);
  const isWritten = told?.state === "conflict"; // the server shows it too, until somebody has seen it
  await update({ ...one, words: told?.words ?? told?.detail ?? "", refused: Boolean(isFinal), isWritten });
};

// False when the network is gone and the rest need not be tried.
const deliver = async (one, token) => {
  for (const photo of one.photos) {
    if (photo.there) continue;
    const body = new FormData();
    body.append("client_key", photo.id);
    body.append("photo", photo.file, photo.file.name);
    const answer = await post(one.home.replace(/outbox$/, "uploads"), token, body, 90);
    if (!answer) return false;
    if (!answer.told?.key) {
      await settle(one, answer.status === 429 ? { status: 429, told: { ...answer.told, keep: true } } : answer);
      return true;
    }
    photo.there = answer.told.key;
    await update(one);
  }
  const body = new FormData();
  one.fields.forEach(([name, value]) => body.append(name, value));
  one.photos.forEach((photo) => body.append("uploaded", photo.there));
  body.append("errand", one.id);
  body.append("who", one.who);
  body.append("ago", Math.max(0, Date.now() - one.at));
  const answer = await post(`${one.home}/${one.kind}`, token, body, 30);
  if (answer) await settle(one, answer);
  return Boolean(answer);
};

const due = async (tried) => (await errands.all()).filter((one) => !one.refused && !tried.has(one.id));

const sendAll = async () => {
  const tried = new Set();
  let door = null;
  for (let [one] = await due(tried); one; [one] = await due(tried)) {
    door ??= await knock(one.home, 10);
    if (!door || door.signedOut) return { signedOut: Boolean(door) };
    tried.add(one.id);
    if (one.who !== door.who) continue; // it waits for whoever did it
    if (!(await deliver(one, door.token))) return {};
    changed();
  }
  return { who: door?.who };
};

// Send what can be sent. Only one tab at a time does, or the worker: to send twice would be harmless, and a waste.
export const flush = async () => {
  const answer = navigator.locks
    ? await navigator.locks.request("kierto-outbox", { ifAvailable: true }, (lock) => (lock ? sendAll() : {}))
    : await sendAll();
  changed(answer);
  return answer;
};
