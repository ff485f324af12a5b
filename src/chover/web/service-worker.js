/** Keeps the page at hand, so that it opens without a connection and what is written then is sent later. */

const CACHE = "page-2";
/** The page may stand below a path. */
const HERE = new URL("./", location.href);
/** What is named in a file of ours: other modules, styles, pictures. */
const NAMED = /(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+\.js)"|\b(?:href|src)="([^"#:]+)"|"(icons\.svg)#|`(icons\.svg)#/g;

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => keep(cache, HERE, new Set())).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
    .then(() => clients.claim()));
});

/** The page's own files: from the network, and from here when there is none. Files of people are never kept. */
addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === location.origin && url.pathname.startsWith(HERE.pathname)
    && /^(?:(?:[a-z-]+\/)?[a-z-]+\.(?:js|css|svg|webmanifest))?$/.test(url.pathname.slice(HERE.pathname.length));
  if (event.request.method === "GET" && ours) event.respondWith(fresh(event.request));
});

async function fresh(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

/** A file and whatever it names; what the browser has loaded just now comes from its own cache. */
async function keep(cache, url, seen) {
  seen.add(url.href);
  const response = await fetch(url, { cache: "force-cache" });
  if (!response.ok) return;
  await cache.put(url, response.clone());
  const named = [...(await response.text()).matchAll(NAMED)].map((match) => new URL(match.slice(1).find(Boolean), url));
  await Promise.all(named.filter(({ href }) => !seen.has(href)).map((each) => keep(cache, each, seen)));
}
