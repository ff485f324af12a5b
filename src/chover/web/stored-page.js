/** Lets the service worker store this version of the page, so that it opens without a network. */

import { t } from "./i18n.js";

/** @import { Client } from "./client.js" */

/** The version that this page was loaded as; "" if the files were loaded one by one. */
const VERSION = /\/v\/([\da-f]+)\/[^/]+$/.exec(import.meta.url)?.[1] ?? "";

/**
 * Do something once, after the server has sent what a visit begins with: before that, every request would delay it.
 * @param {Client} client
 * @param {() => void} act
 */
export function whenSettled(client, act) {
  const part = { update: () => {
    if (!client.state.settled) return;
    client.parts.delete(part);
    act();
  } };
  client.parts.add(part);
}

/** There is no service worker if the browser does not trust the certificate; the page works without it. */
export function storePage() {
  navigator.serviceWorker?.register(`service-worker.js?${VERSION}`, { type: "module" }).catch(() => {});
}

/** What the worker says in notifications, in the language of this page: it has no other way to know that. */
export async function storeWords() {
  if (!("caches" in globalThis)) return;
  const { SPOKEN, WORDS } = await import("./pushed.js");
  const words = Object.fromEntries(Object.values(WORDS).map((text) => [text, t(text)]));
  await (await caches.open(SPOKEN)).put(new URL("./", location.href), Response.json(words)).catch(() => {});
}

/** The worker knows the files that others name, and no script names the catalogue of a language. @param {string} language */
export async function storeTexts(language) {
  if (!VERSION || language === "en" || !("caches" in globalThis)) return;
  const cache = await caches.open(`page-${VERSION}`);
  await cache.add(new URL(`i18n/${language}.json`, import.meta.url)).catch(() => {});
}
