// What this browser keeps by itself: one database, a drawer for each kind of thing, each thing under its own `id`.

const DRAWERS = ["scans", "errands", "drafts"];

const asked = (request) =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });

const opened = (() => {
  try {
    const request = indexedDB.open("kierto", 1);
    request.onupgradeneeded = () => DRAWERS.forEach((name) => request.result.createObjectStore(name, { keyPath: "id" }));
    return asked(request).catch(() => null);
  } catch {
    return Promise.resolve(null);
  }
})();

// Whether anything is kept beyond this page.
export const isLasting = opened.then(Boolean);

export const newKey = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export const drawer = (name) => {
  const memory = new Map(); // for a browser that refuses to keep anything
  const act = async (mode, what) => {
    const database = await opened;
    if (!database) return null;
    const change = database.transaction(name, mode, { durability: "strict" });
    const answer = await asked(what(change.objectStore(name)));
    if (mode === "readwrite") {
      await new Promise((done, fail) => {
        change.oncomplete = done;
        change.onabort = () => fail(change.error);
      });
    }
    return answer;
  };
  const read = (what) => act("readonly", what).catch(() => null);
  return {
    // True when it is kept for good; else it stays in the memory of the page.
    put: async (one) => {
      memory.set(one.id, one);
      try {
        if ((await act("readwrite", (store) => store.put(one))) === null) return false;
        memory.delete(one.id);
        return true;
      } catch {
        return false;
      }
    },
    drop: async (id) => {
      memory.delete(id);
      await act("readwrite", (store) => store.delete(id)).catch(() => null);
    },
    get: async (id) => memory.get(id) ?? (await read((store) => store.get(id))) ?? null,
    // Oldest first.
    all: async () => {
      const stored = (await read((store) => store.getAll())) ?? [];
      return [...stored.filter((one) => !memory.has(one.id)), ...memory.values()].sort((one, other) => one.at - other.at);
    },
  };
};
