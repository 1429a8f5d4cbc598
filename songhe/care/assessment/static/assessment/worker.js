// The service worker of /assessment/: the form opens without a network. It keeps pages of the form that were
// opened on this phone, for a day, and the files they need. Answers are not its business; the outbox keeps those.
"use strict";
const PAGES = "assessment-pages-1";
const FILES = "assessment-files-1";
const DAY = 24 * 60 * 60 * 1000;
const KEPT = /^\/assessment\/(?:[0-9a-f-]{36}\/survey\/|calendar\/)$/;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("assessment-") && name !== PAGES && name !== FILES) await caches.delete(name);
      }
      await tidy();
      await self.clients.claim();
    })(),
  );
});

// A page is kept for a day: long enough for a day's visits, short enough for a lost phone.
async function tidy() {
  const pages = await caches.open(PAGES);
  for (const request of await pages.keys()) {
    const response = await pages.match(request);
    if (Date.now() - Number(response.headers.get("X-Kept-At")) > DAY) await pages.delete(request);
  }
}

async function keep(request, response) {
  const headers = new Headers(response.headers);
  headers.set("X-Kept-At", String(Date.now()));
  const body = await response.blob();
  const pages = await caches.open(PAGES);
  await pages.put(request.url, new Response(body, { status: 200, headers }));
}

async function page(request) {
  try {
    const response = await fetch(request);
    if (response.ok && !response.redirected && response.type === "basic") await keep(request, response.clone());
    return response;
  } catch (trouble) {
    await tidy();
    const kept = await (await caches.open(PAGES)).match(request.url);
    if (kept) return kept;
    throw trouble;
  }
}

async function file(request) {
  const files = await caches.open(FILES);
  const kept = await files.match(request);
  const fresh = fetch(request).then((response) => {
    if (response.ok) files.put(request, response.clone());
    return response;
  });
  if (!kept) return fresh;
  fresh.catch(() => {});
  return kept;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && KEPT.test(url.pathname)) event.respondWith(page(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

self.addEventListener("message", (event) => {
  const place = event.data && event.data.forget;
  if (!/^[0-9a-f-]{36}$/.test(place || "")) return;
  event.waitUntil(caches.open(PAGES).then((pages) => pages.delete(`${self.location.origin}/assessment/${place}/survey/`)));
});
