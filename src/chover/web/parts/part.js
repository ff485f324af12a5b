/** The base of all visible parts: each gets the client once, and is told what has changed. */

/** @import { Client } from "../client.js" */

/** What is to be defined when the page has its language: constructors say things, too. @type {(() => void)[] | null} */
let waiting = [];

/** Make an element known to the page, as soon as it has its language. @param {string} name @param {CustomElementConstructor} type */
export function define(name, type) {
  const act = () => customElements.define(name, type);
  if (waiting) waiting.push(act);
  else act();
}

/** The page has its language. */
export function defineAll() {
  for (const act of waiting ?? []) act();
  waiting = null;
}

export class Part extends HTMLElement {
  /** @param {Client} client */
  start(client) {
    this.client = client;
    this.begin();
    client.draws(this);
  }

  get state() {
    if (!this.client) throw new Error(`${this.localName} is not started`);
    return this.client.state;
  }

  /** @template Result @param {(state: import("../state.js").State) => Result} change */
  act(change) {
    if (!this.client) throw new Error(`${this.localName} is not started`);
    return this.client.act(change);
  }

  /** Create what is always there. */
  begin() {}

  /** Show something in particular. @param {string} _wish */
  about(_wish) {}

  /** @param {Set<string>} _changed Topics; those of one conversation are followed by its key. */
  update(_changed) {}

  /**
   * Whether one of the topics has changed, for the current conversation if it is about one.
   * @param {Set<string>} changed
   * @param {string[]} topics
   */
  concerned(changed, ...topics) {
    if (changed.has("active")) return true;
    return topics.some((topic) => changed.has(topic) || changed.has(`${topic} ${this.state.active}`));
  }
}
