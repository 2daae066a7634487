// The service worker of the warehouse's pages: the network comes first, and what was kept stands in for it.

import { flush } from "./outbox.js";
import { forgetPages, keptAddresses, keptPage, SHELL, STATIC } from "./pages.js";

const PATIENCE = 4000; // milliseconds for a page of which there is a copy

// A new version of the service: what was kept before does not fit its files. Nothing is kept before this has ended.
addEventListener("install", (event) => event.waitUntil(forgetPages()));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

// The day's list of this site, or of the first.
const list = async (url) => {
  const lists = (await keptAddresses()).filter((one) => one.pathname.endsWith("/wh/today/kept"));
  const site = url.searchParams.get("site");
  return lists.find((one) => one.searchParams.get("site") === site) ?? lists[0] ?? null;
};

// What stands in for a page; null when nothing does.
const standIn = async (url) => {
  const same = (await keptPage(url.pathname + url.search)) ?? (await keptPage(url.pathname));
  if (same) return same;
  const [, , place, code] = url.pathname.split("/").filter(Boolean);
  if (![undefined, "today", "handover"].includes(place)) return null;
  const found = await list(url);
  if (!found) return null;
  return place === "handover" ? Response.redirect(`${found.pathname}${found.search}#${code}`) : keptPage(found.href);
};

const nowhere = async (url) => {
  const outbox = `/${url.pathname.split("/")[1]}/wh/outbox`;
  return (await keptPage(outbox)) ? Response.redirect(`${outbox}#not-kept`) : Response.error();
};

const page = async (request) => {
  const url = new URL(request.url);
  const copy = await standIn(url);
  const isPatient = request.method !== "GET" || !copy;
  try {
    const answer = await Promise.race([
      fetch(request),
      new Promise((done, fail) => isPatient || setTimeout(fail, PATIENCE, new Error("too slow"))),
    ]);
    if (answer.status < 502 || !copy) return answer;
  } catch {
    // Neither reached, nor answered in time.
  }
  return copy ?? nowhere(url);
};

const file = async (request) => {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(request);
  if (kept && /\.[0-9a-f]{12}\./.test(request.url)) return kept;
  return fetch(request).catch((error) => {
    if (kept) return kept;
    throw error;
  });
};

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event.request));
  else if (event.request.method === "GET" && url.pathname.startsWith(STATIC)) event.respondWith(file(event.request));
});

// Where the browser offers it, what waits is sent as soon as there is a network, also when no tab is open.
addEventListener("sync", (event) => event.tag === "outbox" && event.waitUntil(flush()));
