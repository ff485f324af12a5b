/** The settings of this browser: one table, which the dialog is made from, too. */

import { load, save } from "./storage.js";

/**
 * @typedef {object} Setting
 * @property {string} name
 * @property {string} label
 * @property {string} help
 * @property {[value: string, label: string][]} choices The first is the default.
 */

/** @type {Setting[]} */
export const SETTINGS = [
  { name: "theme", label: "Colours", help: "", choices: [["auto", "As the system"], ["light", "Light"], ["dark", "Dark"]] },
  {
    name: "density", label: "Messages", help: "",
    choices: [["cosy", "Cosy"], ["compact", "Compact: one line per message, without pictures"]],
  },
  {
    name: "events", label: "Joins and leaves", help: "Shows joins, leaves and changed nicks between messages.",
    choices: [["show", "Show"], ["hide", "Hide"]],
  },
  {
    name: "notify", label: "Notifications", help: "While the page is in the background.",
    choices: [["mentions", "Mentions and direct messages"], ["all", "Every message"], ["none", "None"]],
  },
  {
    name: "previews", label: "Previews of links", help: "Where the server makes them. Your browser asks no other site.",
    choices: [["show", "Show"], ["hide", "Do not show"]],
  },
  { name: "typing", label: "Tell others that I type", help: "", choices: [["yes", "Yes"], ["no", "No"]] },
];

export class Settings {
  constructor() {
    /** @type {Record<string, string>} */
    this._values = load("settings", {});
    this.apply();
  }

  /** @param {string} name */
  get(name) {
    const setting = SETTINGS.find((each) => each.name === name);
    const value = this._values[name] ?? "";
    return setting?.choices.some(([known]) => known === value) ? value : (setting?.choices[0]?.[0] ?? "");
  }

  /** @param {string} name @param {string} value */
  set(name, value) {
    this._values[name] = value;
    save("settings", this._values);
    this.apply();
  }

  /** The default notification level: off, mentions, or all. */
  get loudness() {
    return { none: "off" }[this.get("notify")] ?? this.get("notify");
  }

  /** Set the attributes that the styles use. */
  apply() {
    for (const name of ["theme", "density"]) document.documentElement.dataset[name] = this.get(name);
  }
}
