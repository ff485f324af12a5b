/** What the server says about itself (005, https://modern.ircdocs.horse/#rplisupport-005). */

/** Tokens that are kept. */
const TOKENS = 1000;

export class Support {
  constructor() {
    /** @type {Map<string, string>} */
    this._tokens = new Map();
  }

  /** @param {string[]} words Tokens as they are sent. */
  learn(words) {
    for (const word of words) {
      const at = word.indexOf("=");
      if (this._tokens.size >= TOKENS && !word.startsWith("-")) return;
      if (word.startsWith("-")) this._tokens.delete(word.slice(1));
      else if (at < 0) this._tokens.set(word, "");
      else this._tokens.set(word.slice(0, at), unescape(word.slice(at + 1)));
    }
  }

  /**
   * @param {string} token
   * @param {string} [otherwise]
   */
  get(token, otherwise = "") {
    return this._tokens.get(token) ?? otherwise;
  }

  /** @param {string} token */
  has(token) {
    return this._tokens.has(token);
  }

  /**
   * @param {string} token
   * @param {number} otherwise
   */
  number(token, otherwise) {
    return Number.parseInt(this.get(token), 10) || otherwise;
  }

  /** The prefixes of ranks, the highest first. */
  get prefixes() {
    return this.get("PREFIX", "(ov)@+").split(")")[1] ?? "";
  }

  /** @param {string} letter */
  prefixOf(letter) {
    const [letters = "", prefixes = ""] = this.get("PREFIX", "(ov)@+").slice(1).split(")");
    return prefixes[letters.indexOf(letter)] ?? "";
  }

  /**
   * The changes of a MODE line, each with its sign and value.
   * @param {string} letters
   * @param {string[]} values
   * @returns {[sign: string, letter: string, value: string][]}
   */
  modes(letters, values) {
    const [lists = "", always = "", onSet = ""] = this.get("CHANMODES", "b,k,l,imnst").split(",");
    const rest = [...values];
    /** @type {[string, string, string][]} */
    const changes = [];
    let sign = "+";
    for (const letter of letters) {
      if (letter === "+" || letter === "-") {
        sign = letter;
        continue;
      }
      const takes = (lists + always).includes(letter) || (onSet.includes(letter) && sign === "+") || this.prefixOf(letter);
      changes.push([sign, letter, takes ? (rest.shift() ?? "") : ""]);
    }
    return changes;
  }
}

/** @param {string} value */
function unescape(value) {
  return value.replace(/\\x([0-9a-fA-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}
