/** The colours of code. */

import { codeTokens } from "../highlighting.js";
import { make } from "../html.js";
import "../code-styles.js";

/** The text stays the same. @param {HTMLElement} code @param {string} language */
export function colour(code, language) {
  const tokens = codeTokens(code.textContent ?? "", language);
  if (tokens.length > 1 || tokens[0]?.[0]) code.replaceChildren(...tokens.map(([kind, text]) => (kind ? make("span", { class: `code-${kind}` }, text) : text)));
}
