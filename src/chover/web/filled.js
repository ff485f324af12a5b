/** Puts values in the places of a text (`{name}`). Pure; pages and the service worker use it. */

/** A text with its values, in some language. @typedef {(text: string, values?: Record<string, unknown>) => string} Words */

/** What is put in is never read as a format. @param {string} text @param {Record<string, unknown>} [values] */
export function filled(text, values) {
  return values ? text.replace(/\{(\w+)\}/g, (place, name) => (Object.hasOwn(values, name) ? String(values[name]) : place)) : text;
}
