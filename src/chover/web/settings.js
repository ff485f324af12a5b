/** The settings of this browser: one table, which the dialog is made from, too. */

import { load, save } from "./storage.js";

/**
 * @typedef {object} Setting
 * @property {string} name
 * @property {string} label
 * @property {string} help
 * @property {[value: string, label: string][]} choices The first is the default.
 * @property {string} [on] For a switch: the value that it has when it is on. It has one other.
 */

/** @type {Setting[]} */
export const SETTINGS = [
  { name: "theme", label: "Colours", help: "", choices: [["auto", "As the system"], ["light", "Light"], ["dark", "Dark"]] },
  {
    name: "density", label: "Messages", help: "",
    choices: [["cosy", "Cosy"], ["compact", "Compact: one line per message, without pictures"]],
  },
  {
    name: "events", label: "Joins and leaves", help: "In a quiet line between messages, together with changed names.",
    choices: [["auto", "In channels of up to 50 members"], ["short", "In all channels"], ["yes", "In all channels, each with its reason"], ["no", "None"]],
  },
  {
    name: "notify", label: "Notifications", help: "While the page is in the background.",
    choices: [["mentions", "Mentions and direct messages"], ["all", "Every message"], ["none", "None"]],
  },
  {
    name: "previews", label: "Previews of links", help: "Where the server makes them. Your browser asks no other site.",
    choices: [["show", "Show"], ["hide", "Do not show"]], on: "show",
  },
  { name: "formats", label: "Buttons for formatting", help: "", choices: [["hide", "Hide"], ["show", "Show"]], on: "show" },
  { name: "preview", label: "Preview of what is typed", help: "Where it has markup.", choices: [["show", "Show"], ["hide", "Do not show"]], on: "show" },
  { name: "typing", label: "Tell others that I type", help: "", choices: [["yes", "Yes"], ["no", "No"]], on: "yes" },
];

/** Members of a channel above which joins and leaves are not shown by themselves, as in the terminal. */
const LARGE = 50;
/** Values that earlier versions of this page have stored. @type {Record<string, string>} */
const FORMER = { "events hide": "no", "events show": "auto" };

export class Settings {
  constructor() {
    /** @type {Record<string, string>} */
    this._values = load("settings", {});
    this.apply();
  }

  /** @param {string} name */
  get(name) {
    const setting = SETTINGS.find((each) => each.name === name);
    const stored = this._values[name] ?? "";
    const value = FORMER[`${name} ${stored}`] ?? stored;
    return setting?.choices.some(([known]) => known === value) ? value : (setting?.choices[0]?.[0] ?? "");
  }

  /** @param {string} name @param {string} value */
  set(name, value) {
    this._values[name] = value;
    save("settings", this._values);
    this.apply();
  }

  /** Whether joins and leaves are shown in a conversation of so many members. @param {number} members */
  showsEvents(members) {
    const events = this.get("events");
    return events !== "no" && !(events === "auto" && members > LARGE);
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
