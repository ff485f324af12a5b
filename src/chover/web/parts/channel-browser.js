/** The list of channels, and a way to create one. */

import { make } from "../html.js";
import { fold, isChannel } from "../irc.js";
import { join } from "../state/actions.js";
import { plain } from "../text.js";
import { choosing, dialog } from "./dialog.js";

/** @import { Client } from "../client.js" */
/** @import { Listed } from "../state/shapes.js" */

const MOST = 100;

/** @param {Client} client @param {string} typed The initial text of the field. */
export function open(client, typed) {
  const list = make("ul.choices", { id: "choices", role: "listbox", "aria-label": "Channels" });
  const input = make("input", {
    type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "choices", "aria-label": "Find or create a channel", placeholder: "Find or create a channel",
    autocomplete: "off", spellcheck: "false", value: typed, maxlength: client.state.support.get("CHANNELLEN", "64"), oninput: () => fill(),
  });
  const box = dialog("Channels", input, list);
  const keys = choosing(input, list, (option) => {
    box.close();
    client.act((state) => join(state, option.dataset.name ?? ""));
  });
  const fill = () => {
    list.replaceChildren(...wanted(client, input.value.trim()).map((each, at) => option(each, at)));
    keys.first();
  };
  const part = { update: (/** @type {Set<string>} */ changed) => changed.has("channels") && fill() };
  box.addEventListener("close", () => client.parts.delete(part));
  client.draws(part);
  client.act((state) => {
    state.channels = [];
    if (state.status === "online") state.outgoing.push("LIST");
  });
  fill();
  input.focus();
}

/** @param {Client} client @param {string} typed @returns {Listed[]} */
function wanted(client, typed) {
  const name = typed && (isChannel(typed) ? typed : `#${typed}`);
  const found = client.state.channels.filter((each) => fold(each.name + each.topic).includes(fold(typed)));
  found.sort((a, b) => b.members - a.members || a.name.localeCompare(b.name));
  const known = !name || /[\s,]/.test(name) || client.state.channels.some((each) => fold(each.name) === fold(name));
  return [...found.slice(0, MOST), ...(known ? [] : [{ name, members: -1, topic: "Create this channel" }])];
}

/** @param {Listed} listed @param {number} at */
function option({ name, members, topic }, at) {
  return make("li", { id: `choice-${at}`, role: "option", "data-name": name }, make("span.sign.small", { "aria-hidden": "true" }, members < 0 ? "+" : "#"),
    make("span.label", null, name.replace(/^#/, ""), topic && make("small", null, plain(topic))),
    members >= 0 && make("small", null, members === 1 ? "1 member" : `${members} members`));
}
