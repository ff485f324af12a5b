/** A list of messages from any conversation, each with a link to its place. */

import { t } from "../i18n.js";
import "../late-styles.js";
import { shortTime } from "../dates.js";
import { icon, make } from "../html.js";
import { ownFiles, withoutEnd } from "../own-files.js";
import { hue, portrait } from "../people.js";
import { shownBlocks } from "../text.js";
import { short } from "./message-row.js";
import { blocksText } from "./message-text.js";

/** @import { Client } from "../client.js" */
/** @import { Line } from "../state/shapes.js" */
/** @typedef {{name: string, line: Line}} Found */

/** From this many characters, a message is shortened. */
const LONG = 600;

/** @param {Client} client @param {Found[]} found @param {(text: HTMLElement) => void} [mark] Marks the matches. */
export function foundLines(client, found, mark = () => {}) {
  return make("ul.found-lines", null, ...found.map((each) => item(client, each, mark)));
}

/** @param {Client} client @param {Found} found @param {(text: HTMLElement) => void} mark */
function item(client, { name, line }, mark) {
  const blocks = shownBlocks(line.text, () => false);
  const files = ownFiles(blocks, client.state.support.get("soju.im/FILEHOST"));
  const text = line.text.length > LONG ? make("div.text", null, short(line, client.state)) : blocksText(withoutEnd(blocks, files), false);
  mark(text);
  const go = make("button.go", { type: "button", "aria-label": t("Show the message of {nick} in {name}", { nick: line.nick, name }), onclick: () => jump(client, name, line.msgid) });
  return make("li", null, make("div.where", null, make("b", { dir: "auto" }, name), make("time", { datetime: new Date(line.at).toISOString() }, shortTime(line.at))),
    make("div.who", null, portrait(client.state, line.nick, line.account), make("b", { "data-hue": hue(line.nick) }, client.displayName(line.nick))), text,
    files.length > 0 && make("div.with-files", null, ...files.map((file) => make("span", null, icon("file"), file.name))), go);
}

/** @param {Client} client @param {string} name @param {string} msgid */
function jump(client, name, msgid) {
  client.act((state) => state.show(state.conversation(name).key));
  document.dispatchEvent(new CustomEvent("jump", { detail: msgid }));
}
