/** Puts values in the places of a text (`{name}`). Pure; pages and the service worker use it. */

/** A text with its values, in some language. @typedef {(text: string, values?: Record<string, unknown>) => string} Words */

/** First strong isolate, pop directional isolate (https://unicode.org/reports/tr9/#Explicit_Directional_Isolates). */
const [FSI, PDI] = ["\u2068", "\u2069"];

/**
 * What is put in is never read as a format.
 * @param {string} text
 * @param {Record<string, unknown>} [values]
 * @param {boolean} [isolated] Each text that is put in has its own direction, so that the # of #tea stays before its name in Arabic.
 */
export function filled(text, values, isolated = false) {
  const given = (/** @type {unknown} */ value) => isolated && typeof value === "string" ? `${FSI}${value}${PDI}` : String(value);
  return values ? text.replace(/\{(\w+)\}/g, (place, name) => (Object.hasOwn(values, name) ? given(values[name]) : place)) : text;
}
