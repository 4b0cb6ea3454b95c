// Stands between the page and the link. While the link is there it changes nothing; when it is gone, whoever
// opens a page reads what to do instead, and that what was sent last may not have arrived. It keeps that one
// page and how it looks, and nothing else: nothing of anybody, nothing that was typed.
"use strict";

const KEPT = "no-link";
const PAGE = "/no-link";
const HOUR = 60 * 60 * 1000;
let keptAt = 0;

async function keep() {
  // Without cookies: the page is the same for everybody who uses this tablet.
  const page = await fetch(PAGE, { credentials: "omit", cache: "no-store" });
  if (!page.ok) throw new Error("the page for a lost link is not there");
  const cache = await caches.open(KEPT);
  const named = [...(await page.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map((found) => found[1]);
  const looks = await Promise.all(named.map(async (address) => [address, await fetch(address)]));
  const wanted = new Set([PAGE, ...named].map((address) => new URL(address, location.origin).href));
  await Promise.all(looks.filter(([, answer]) => answer.ok).map(([address, answer]) => cache.put(address, answer)));
  await cache.put(PAGE, page);
  const old = (await cache.keys()).filter((request) => !wanted.has(request.url));
  await Promise.all(old.map((request) => cache.delete(request)));
  keptAt = Date.now();
}

async function noLink() {
  const kept = await caches.match(PAGE);
  return kept ? new Response(kept.body, { status: 503, headers: kept.headers }) : Response.error();
}

async function opened(event) {
  try {
    const answer = await fetch(event.request);
    // Something on the way answers in our place: every page of ours has this header, also one that says
    // that something is broken here.
    if (answer.status >= 502 && !answer.headers.has("Content-Security-Policy")) return noLink();
    if (Date.now() - keptAt > HOUR) event.waitUntil(keep().catch(() => {}));
    return answer;
  } catch {
    return noLink();
  }
}

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") event.respondWith(opened(event));
  else if (new URL(event.request.url).pathname.startsWith("/static/")) {
    event.respondWith(fetch(event.request).catch(async () => (await caches.match(event.request)) || Response.error()));
  }
});
