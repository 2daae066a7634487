// A thing that was begun and not saved: kept with its photos, and in the form again when the page is opened again.

import { discard, errands, knock } from "./outbox.js";
import { drawer } from "./store.js";

const drafts = drawer("drafts");
const PAUSE = 300;
const NOT = new Set(["seconds", "taps", "live"]);

export const draftOf = (form, { user, home, photos, fieldsOf }) => {
  const id = `item-${user}`;
  const asked = new URLSearchParams(location.search);
  let timer = 0;
  let isSent = false;
  let line = Promise.resolve(); // one after the other: a late write does not bring back what was dropped

  const stop = () => {
    clearTimeout(timer);
    timer = 0;
  };
  const write = () => {
    stop();
    const one = { id, at: Date.now(), fields: fieldsOf(), photos: photos.all(), isSent };
    return (line = line.then(() => drafts.put(one)));
  };
  const save = () => {
    stop();
    timer = setTimeout(write, PAUSE);
  };
  const drop = () => {
    stop();
    isSent = false;
    return (line = line.then(() => drafts.drop(id)));
  };
  addEventListener("pagehide", () => timer && write());

  const fill = ([name, value]) => {
    const field = form.elements[name];
    if (!field || NOT.has(name)) return;
    if (field instanceof RadioNodeList || field.type === "radio") {
      form.querySelectorAll(`[name="${CSS.escape(name)}"]`).forEach((one) => (one.checked = one.value === value));
    } else {
      field.value = value;
    }
  };

  // Whether the form that was sent has arrived, though its answer may not have; null when nobody can be asked.
  const isMade = async (one) => {
    const key = one.fields.find(([name]) => name === "client_key")?.[1] ?? "";
    const answer = await knock(`${home}?made=${encodeURIComponent(key)}`);
    return answer?.made ?? null;
  };

  const shown = async (one) => {
    form.querySelectorAll("[name=category]:checked").forEach((radio) => (radio.checked = false));
    one.fields.forEach(fill);
    for (const photo of one.photos) await photos.restore(photo);
    const note = document.querySelector("[data-restored]");
    note.hidden = false;
    note.querySelector("button").addEventListener("click", async () => {
      await drop();
      location.replace(location.pathname);
    });
  };

  const restore = async () => {
    const mended = asked.has("mend") && (await errands.get(asked.get("mend")));
    if (mended) {
      await shown(mended);
      await write();
      await discard(mended.id);
      history.replaceState(null, "", location.pathname);
      return;
    }
    const one = await drafts.get(id);
    if (!one) return;
    const made = one.isSent ? await isMade(one) : false;
    if (made) return drop();
    if (made === null) form.dataset.unsure = "1";
    // A form that came back from the server, or a copy of another thing, is what somebody is working on now.
    if (form.dataset.begun || asked.has("like")) return;
    await shown(one);
  };

  const sent = () => {
    isSent = true;
    return write();
  };
  return { save, drop, restore, sent };
};
