/** The settings of this browser: one table, which the dialog is made from, too. */

import { LANGUAGES, N_ } from "./i18n.js";
import { load, save } from "./storage.js";

/**
 * @typedef {object} Setting
 * @property {string} name
 * @property {string} group The heading below which it stands.
 * @property {string} label
 * @property {string} help
 * @property {[value: string, label: string][]} choices The first is the default.
 * @property {string} [on] For a switch: the value that it has when it is on. It has one other.
 */

const LOOK = N_("Look");
const MESSAGES = N_("Messages");
const WRITING = N_("Writing");
export const NOTIFICATIONS = N_("Notifications");

/** @type {Setting[]} */
export const SETTINGS = [
  { name: "language", group: LOOK, label: N_("Language"), help: "", choices: [["auto", N_("As the browser")], ...LANGUAGES] },
  { name: "theme", group: LOOK, label: N_("Colours"), help: "", choices: [["auto", N_("As the system")], ["light", N_("Light")], ["dark", N_("Dark")]] },
  {
    name: "density", group: LOOK, label: N_("Density"), help: "",
    choices: [["cosy", N_("Cosy")], ["compact", N_("Compact: one line per message, without pictures")]],
  },
  {
    name: "events", group: MESSAGES, label: N_("Joins and leaves"), help: N_("In a quiet line between messages, together with changed names."),
    choices: [
      ["auto", N_("In channels of up to 50 members")], ["short", N_("In all channels")],
      ["yes", N_("In all channels, each with its reason")], ["no", N_("None")],
    ],
  },
  {
    name: "previews", group: MESSAGES, label: N_("Previews of links"), help: N_("Where the server makes them. Your browser asks no other site."),
    choices: [["show", N_("Show")], ["hide", N_("Do not show")]], on: "show",
  },
  { name: "formats", group: WRITING, label: N_("Buttons for formatting"), help: "", choices: [["hide", N_("Hide")], ["show", N_("Show")]], on: "show" },
  {
    name: "preview", group: WRITING, label: N_("Preview of what is typed"), help: N_("Where it has markup."),
    choices: [["show", N_("Show")], ["hide", N_("Do not show")]], on: "show",
  },
  { name: "typing", group: WRITING, label: N_("Tell others that I type"), help: "", choices: [["yes", N_("Yes")], ["no", N_("No")]], on: "yes" },
  {
    name: "notify", group: NOTIFICATIONS, label: N_("What notifies you"), help: N_("While the page is in the background."),
    choices: [["mentions", N_("Mentions and direct messages")], ["all", N_("Every message")], ["none", N_("None")]],
  },
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
    // All that is drawn says something.
    if (name === "language") location.reload();
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
