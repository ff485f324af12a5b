/** Previews of links: what the server knows of a page (PREVIEW, docs/protocol.md). The browser asks no other site. */

import "../media-styles.js";
import { make } from "../html.js";
import { format } from "../irc.js";
import { plain } from "../text.js";

/** @import { Client } from "../client.js" */
/** @import { Message } from "../state/shapes.js" */
/** @typedef {{title: string, description: string, site: string, picture: string, size: string}} Preview */

const VENDOR = "chover.chat/";
/** How many answers are remembered. */
const KEPT = 500;
/** Milliseconds after which a page is asked for again: the connection was lost meanwhile. */
const PATIENCE = 30_000;
/** By message and address: the answer, or null if there is no preview. @type {Map<string, Preview | null>} */
const known = new Map();
/** When they were asked for. @type {Map<string, number>} */
const asked = new Map();
/** The rooms that wait for each. @type {Map<string, Set<WeakRef<HTMLElement>>>} */
const waiting = new Map();
/** @type {Client | null} */
let followed = null;

/** Fill the room of a preview, now or when it is there. @param {HTMLElement} box @param {Client} client @param {string} target @param {string} msgid @param {string} url */
export function fill(box, client, target, msgid, url) {
  if (followed !== client) client.listeners.add((notification) => notification.kind === "preview" && answered(notification.message));
  followed = client;
  const key = `${msgid} ${url}`;
  const preview = known.get(key);
  if (preview !== undefined) return draw(box, url, preview);
  const rooms = waiting.get(key) ?? new Set();
  waiting.set(key, rooms.add(new WeakRef(box)));
  if (Date.now() - (asked.get(key) ?? -Infinity) < PATIENCE) return;
  asked.set(key, Date.now());
  client.act((state) => state.outgoing.push(format("PREVIEW", [target, msgid, url])));
}

/** @param {Message} message */
function answered({ tags, params: [, msgid = ""] }) {
  const tag = (/** @type {string} */ name) => tags[VENDOR + name] ?? "";
  const url = tag("url");
  const key = `${msgid} ${url}`;
  const has = tag("title") || tag("picture");
  const preview = has ? { title: plain(tag("title")), description: plain(tag("description")), site: plain(tag("site")), picture: tag("picture"), size: tag("size") } : null;
  known.set(key, preview);
  asked.delete(key);
  const [oldest] = known.keys();
  if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
  for (const room of waiting.get(key) ?? []) {
    const box = room.deref();
    if (box) draw(box, url, preview);
  }
  waiting.delete(key);
}

/** @param {HTMLElement} box @param {string} url @param {Preview | null} preview */
function draw(box, url, preview) {
  if (!preview) return;
  const { title, description, site, picture, size } = preview;
  const image = isOurs(picture) ? make("img", { src: picture, alt: "", loading: "lazy", decoding: "async", onerror: () => image?.remove() }) : null;
  const [, width = "320", height = "240"] = /^(\d{1,5})x(\d{1,5})$/.exec(size) ?? [];
  const card = make("a", { class: title ? "link-preview" : "link-preview alone", href: url, target: "_blank", rel: "noopener noreferrer nofollow" },
    title !== "" && make("span.label", null, make("small", null, site), make("strong", { dir: "auto" }, title), description !== "" && make("span", { dir: "auto" }, description)), image);
  card.style.setProperty("--width", width);
  card.style.setProperty("--height", height);
  box.replaceChildren(card);
}

/** Only a copy on our own server is loaded. @param {string} picture */
function isOurs(picture) {
  return /^previews\/[\w-]+\/[\w-]+$/.test(picture);
}
