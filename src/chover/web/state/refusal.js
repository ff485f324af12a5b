/** What a refusal says: in the server's words, or in those that the page puts in their place (refusals.js). */

/** @import { Message } from "./shapes.js" */

/** How refusals are told: known as soon as there is a page. @type {{words: ((message: Message) => string | null) | null}} */
export const refusals = { words: null };

/** @param {Message} message */
export function refusal(message) {
  return refusals.words?.(message) ?? message.params.at(-1) ?? "";
}
