// The pages that open without a network, kept for one person: at most for a working day, and gone when they sign out.

export const PAGES = "kierto-pages";
export const SHELL = "kierto-shell";
export const STATIC = new URL("../", import.meta.url).pathname;

const KEPT_AT = "Kierto-Kept-At";
const LONGEST = 14 * 60 * 60 * 1000;
const FRESH = 10 * 60 * 1000;

const hasHash = (path) => /\.[0-9a-f]{12}\./.test(path);
const ageOf = (answer) => Date.now() - Number(answer?.headers.get(KEPT_AT) ?? 0);

// The kept page, unless it is too old to be true.
export const keptPage = async (address) => {
  const found = await (await caches.open(PAGES)).match(address);
  return found && ageOf(found) < LONGEST ? found : null;
};

export const keptAddresses = async () => (await (await caches.open(PAGES)).keys()).map((request) => new URL(request.url));

export const forgetPages = async () => {
  if ("caches" in globalThis) await Promise.all([caches.delete(PAGES), caches.delete(SHELL)]);
};

// A file of the shell, and what a script imports.
const keepFile = async (shell, path, done) => {
  if (done.has(path)) return;
  done.add(path);
  let file = hasHash(path) ? await shell.match(path) : null;
  if (!file) {
    file = await fetch(path);
    if (!file.ok) return;
    await shell.put(path, file.clone());
  }
  if (!path.endsWith(".js")) return;
  const imports = (await file.text()).matchAll(/(?:from |import\()"(\.\.?\/[^"]+)"/g);
  await Promise.all([...imports].map(([, name]) => keepFile(shell, new URL(name, new URL(path, location)).pathname, done)));
};

const keepPage = async (pages, shell, address, done) => {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const text = await answer.text();
  const headers = new Headers(answer.headers);
  ["Content-Encoding", "Content-Length", "Set-Cookie"].forEach((name) => headers.delete(name));
  headers.set(KEPT_AT, Date.now());
  await Promise.all([...text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path]) => path.startsWith(STATIC) && keepFile(shell, path, done)));
  // Only the copy says that it is one, and of when.
  await pages.put(address, new Response(text.replace("<html ", `<html data-kept="${Date.now()}" `), { headers }));
};

// Keep these pages for `who`. `always` are made anew; the others only when their copy is no longer fresh.
export const keepPages = async (who, usual, always) => {
  if (localStorage.kiertoPages !== who) await forgetPages();
  localStorage.kiertoPages = who;
  const [pages, shell, done] = [await caches.open(PAGES), await caches.open(SHELL), new Set()];
  for (const address of [...usual, ...always]) {
    if (always.includes(address) || ageOf(await pages.match(address)) > FRESH) await keepPage(pages, shell, address, done).catch(() => null);
  }
};
