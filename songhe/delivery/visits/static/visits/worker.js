// The service worker of /visits/: today's list and the page of a visit open without a network, and quickly where
// it is bad. Reports are not its business; the outbox keeps those.
"use strict";
const PAGES = "visits-pages-1";
const FILES = "visits-files-1";
const TODAY = "/visits/";
const SHELL = "/visits/shell/";
const VISIT = /^\/visits\/phone\/[0-9a-f-]{36}\/$/;
// Yesterday's page still tells of today; older ones are of no use and leave the phone.
const KEPT = 48 * 60 * 60 * 1000;
// Nobody waits longer at a door for a page that is already on the phone.
const PATIENCE = 4000;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("visits-") && name !== PAGES && name !== FILES) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

async function kept(url) {
  const pages = await caches.open(PAGES);
  const response = await pages.match(url);
  if (!response) return null;
  if (Date.now() - Number(response.headers.get("X-Kept-At")) < KEPT) return response;
  await pages.delete(url);
  return null;
}

async function keep(url, response) {
  const headers = new Headers(response.headers);
  headers.set("X-Kept-At", String(Date.now()));
  const body = await response.blob();
  await (await caches.open(PAGES)).put(url, new Response(body, { status: 200, headers }));
}

async function page(event, spare, keeps) {
  const { request } = event;
  const fresh = fetch(request).then((response) => {
    if (keeps && response.ok && !response.redirected && response.type === "basic") {
      event.waitUntil(keep(spare, response.clone()));
    }
    return response;
  });
  const old = await kept(spare);
  if (!old) return fresh;
  const late = new Promise((resolve) => setTimeout(() => resolve(old), PATIENCE));
  return Promise.race([fresh.catch(() => old), late]);
}

async function file(request) {
  const files = await caches.open(FILES);
  const old = await files.match(request);
  const fresh = fetch(request).then((response) => {
    if (response.ok) files.put(request, response.clone());
    return response;
  });
  if (!old) return fresh;
  fresh.catch(() => {});
  return old;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === TODAY) event.respondWith(page(event, TODAY, true));
  else if (request.mode === "navigate" && VISIT.test(url.pathname)) event.respondWith(page(event, SHELL, false));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});
