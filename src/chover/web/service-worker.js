/** Keeps the page at hand, so that it opens without a connection and what is written then is sent later. */

const CACHE = "page-1";
/** The page may stand below a path. */
const HERE = new URL("./", location.href).pathname;

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.add(HERE)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
    .then(() => clients.claim()));
});

/** The page's own files: from the network, and from here when there is none. Files of people are never kept. */
addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === location.origin && url.pathname.startsWith(HERE)
    && /^(?:(?:[a-z-]+\/)?[a-z-]+\.(?:js|css|svg|webmanifest))?$/.test(url.pathname.slice(HERE.length));
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
