/**
 * Stores the page, so that it opens without a connection and messages written then are sent later; and shows push
 * notifications while no page is looked at.
 */

import { filled } from "./filled.js";
import { fragment } from "./places.js";
import { pushed, SPOKEN, WORDS } from "./pushed.js";

/** @import { Words } from "./filled.js" */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
/** Each version of the page registers its own worker (`app.js`), and has its own cache. */
const CACHES = "page-";
const CACHE = CACHES + location.search.slice(1);
/** How long the server may take to answer before what is stored is shown, in milliseconds. */
const PATIENCE = 3_000;
/** The page may stand below a path. */
const HERE = new URL("./", location.href);
/** Below it, the contents of an address never change. */
const VERSIONS = new URL("v/", HERE).pathname;
/** References in our files: other modules, styles, pictures. */
const NAMED = /(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+\.js)"|\b(?:href|src)="([^"#:]+)"|"(icons\.svg)#|`(icons\.svg)#|"(style\/[a-z]+\.css)"/g;

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => keep(cache, HERE, new Set())).then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => worker.clients.claim())));

/** An open page may still be of the version before this one. Other programs may have caches in this origin. */
async function tidy() {
  const others = (await caches.keys()).filter((name) => name.startsWith(CACHES) && name !== CACHE);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

/** The page's own files. Uploads are never cached. */
worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === location.origin && url.pathname.startsWith(HERE.pathname)
    && /^(?:(?:v\/[\da-f]+\/)?(?:[a-z-]+\/)?[a-z-]+\.(?:js|css|json|svg|png|webmanifest))?$/.test(url.pathname.slice(HERE.pathname.length));
  if (event.request.method === "GET" && ours) event.respondWith(url.pathname.startsWith(VERSIONS) ? once(event.request) : fresh(event.request));
});

/** What is stored, or what the network gives, which is then stored. @param {Request} request */
async function once(request) {
  return (await caches.match(request)) ?? fetched(request);
}

/** From the network, and what is stored if there is none, or if it takes too long. @param {Request} request */
async function fresh(request) {
  const response = fetched(request);
  const kept = await stored(request);
  if (!kept) return response;
  const late = new Promise((resolve) => { setTimeout(() => resolve(kept.clone()), PATIENCE); });
  return Promise.race([response, late]).catch(() => kept);
}

/** @param {Request} request */
async function stored(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreSearch: true })) ?? caches.match(request, { ignoreSearch: true });
}

/** @param {Request} request */
async function fetched(request) {
  const response = await fetch(request);
  if (response.ok) await (await caches.open(CACHE)).put(request, response.clone());
  return response;
}

/**
 * Store a file and everything that it references; what the browser has just loaded comes from its own cache.
 * @param {Cache} cache
 * @param {URL} url
 * @param {Set<string>} seen
 */
async function keep(cache, url, seen) {
  seen.add(url.href);
  const response = await fetch(url, { cache: url.pathname.startsWith(VERSIONS) ? "force-cache" : "no-cache" });
  if (!response.ok) return;
  await cache.put(url, response.clone());
  const named = [...(await response.text()).matchAll(NAMED)].map((match) => new URL(match.slice(1).find(Boolean) ?? "", url));
  await Promise.all(named.filter(({ href }) => !seen.has(href)).map((each) => keep(cache, each, seen)));
}

// ---- what is pushed

worker.addEventListener("push", (event) => event.waitUntil(told(event.data?.text() ?? "")));

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data?.name ?? ""));
});

worker.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

/** A browser may end a subscription if a push shows nothing: an unreadable message is shown, too. @param {Words} t */
function unreadable(t) {
  return { title: "Chat", options: { body: t(WORDS.unreadable), tag: "new", icon: "icon.svg", data: { name: "", msgid: "", at: 0 } } };
}

/** Words in the language of the page that was open last (stored-page.js); English if it has stored none. @returns {Promise<Words>} */
async function spoken() {
  try {
    const kept = await (await caches.open(SPOKEN)).match(HERE);
    const words = kept ? await kept.json() : {};
    return (text, values) => filled(typeof words[text] === "string" ? words[text] : text, values);
  } catch {
    // A browser may have lost or forbidden what was stored.
    return filled;
  }
}

/** @param {string} line */
async function told(line) {
  const t = await spoken();
  const heard = pushed(line, t);
  if (heard?.kind === "read") return takeBack(heard, t);
  const { title, options } = heard?.notice ?? unreadable(t);
  const { msgid, at } = options.data;
  const shown = await worker.registration.getNotifications({ tag: options.tag });
  // Somebody who is looking needs none, and a page in the background may have shown it already.
  const known = (await pages()).some(({ focused }) => focused) || (msgid && shown.some(({ data }) => data?.msgid === msgid));
  if (known) return nothing(title);
  // Some browsers support both; the types do not.
  const more = { renotify: true, timestamp: at || Date.now() };
  await worker.registration.showNotification(title, { ...options, ...more });
}

/** It was read on another device: remove its notifications. @param {{key: string, upTo: number}} read @param {Words} t */
async function takeBack({ key, upTo }, t) {
  for (const each of await worker.registration.getNotifications({ tag: key })) if (each.data.at <= upTo) each.close();
  await nothing(t(WORDS.read));
}

/** Show nothing. Safari ends a subscription after three pushes without a notification, so it gets a short one. @param {string} title */
async function nothing(title) {
  const { endpoint } = (await worker.registration.pushManager.getSubscription()) ?? {};
  if (!endpoint || !new URL(endpoint).hostname.endsWith(".push.apple.com")) return;
  await worker.registration.showNotification(title, { tag: "passing", icon: "icon.svg", silent: true, data: { name: "", msgid: "", at: 0 } });
  for (const each of await worker.registration.getNotifications({ tag: "passing" })) each.close();
}

/** The open pages of this chat; other programs may have pages in this origin. */
async function pages() {
  const all = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  return all.filter(({ url }) => url.startsWith(HERE.href));
}

/** Go to the conversation of that name, in an open page or a new one. @param {string} name */
async function lead(name) {
  const [page] = await pages();
  if (!page) return worker.clients.openWindow(new URL(fragment(name), HERE));
  if (name) page.postMessage({ show: name });
  return page.focus();
}

/** The browser has a new address for this device: the page tells the server, now or when it is next opened. @param {PushSubscriptionChangeEvent} event */
async function renew({ oldSubscription, newSubscription }) {
  if (!newSubscription && oldSubscription) await worker.registration.pushManager.subscribe(oldSubscription.options);
  for (const page of await pages()) page.postMessage({ renewed: true });
}
