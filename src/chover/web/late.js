/**
 * Parts that are loaded when they are first needed. Events that happen before they are loaded are not lost: they are
 * delivered later, in order.
 */

/** @import { Client } from "./client.js" */
/** @import { Part } from "./parts/part.js" */

/** The parts that a first visit does without, by the name of their element. @type {Record<string, () => Promise<unknown>>} */
const PARTS = {
  "toast-line": () => import("./parts/toast-line.js"),
  "typing-line": () => import("./parts/typing-line.js"),
};
const TOASTS = new Set(["word", "invited", "leaving", "due"]);

/** @param {Client} client */
export function whenNeeded(client) {
  /** @type {Map<string, Promise<Element>>} */
  const parts = new Map();
  /** The part of that name, once it is loaded and started. @param {string} name */
  const part = (name) => {
    if (!parts.has(name)) parts.set(name, start(client, name));
    return /** @type {Promise<any>} */ (parts.get(name));
  };
  client.listeners.add((notification) => {
    if (TOASTS.has(notification.kind)) void part("toast-line").then((toasts) => toasts.tell(notification));
    if (notification.kind === "asked") void import("./state/ctcp.js").then(({ answer }) => client.act((state) => answer(state, notification.message)));
  });
  client.parts.add({ update: (changed) => [...changed].some((topic) => topic.startsWith("typing ")) && void part("typing-line") });
}

/** @param {Client} client @param {string} name */
async function start(client, name) {
  await PARTS[name]?.();
  const part = /** @type {Part} */ (document.querySelector(name));
  part.start(client);
  return part;
}
