/** The list of channels, and a way to create one. */

import "../channel-styles.js";
import { icon, make } from "../html.js";
import { t, tn } from "../i18n.js";
import { fold, isChannel } from "../irc.js";
import { ask } from "../open.js";
import { join } from "../state/actions.js";
import { plain } from "../text.js";
import { choosing, dialog } from "./dialog.js";

/** @import { Client } from "../client.js" */
/** @import { Listed } from "../state/shapes.js" */

const MOST = 100;

/** @param {Client} client @param {string} typed The initial text of the field. */
export function open(client, typed) {
  const list = make("ul.choices", { id: "choices", role: "listbox", "aria-label": t("Channels") });
  const input = make("input", {
    type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "choices", "aria-label": t("Find or create a channel"), placeholder: t("Find or create a channel"),
    autocomplete: "off", spellcheck: "false", value: typed, maxlength: client.state.support.get("CHANNELLEN", "64"), oninput: () => fill(),
  });
  const nothing = make("p.soft", { role: "status" });
  const fresh = make("button.primary", { type: "button", onclick: () => {
    box.close();
    ask(document, "new-channel", input.value.trim());
  } }, icon("add"), ` ${t("New channel")}`);
  const box = dialog(t("Channels"), input, list, nothing, make("div.row.end", null, fresh));
  const keys = choosing(input, list, (option) => {
    box.close();
    document.dispatchEvent(new CustomEvent("chosen"));
    client.act((state) => join(state, option.dataset.name ?? ""));
  });
  const fill = () => {
    const found = wanted(client, input.value.trim());
    list.replaceChildren(...found.map((each, at) => option(each, at)));
    nothing.textContent = emptiness(client, input.value.trim(), found);
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
  return [...found.slice(0, MOST), ...(known ? [] : [{ name, members: -1, topic: t("Create this channel") }])];
}

/** What to say where there is nothing, and what to do next. @param {Client} client @param {string} typed @param {Listed[]} found */
function emptiness({ state }, typed, found) {
  if (state.status !== "online") return t("There is no connection: the list is here when it is back.");
  if (found.some(({ members }) => members >= 0)) return "";
  return typed ? t("No channel that you can see is called {typed} or is about it. A private channel needs an invitation. You can make a new one.", { typed }) : t("There is no channel yet. Make the first one.");
}

/** @param {Listed} listed @param {number} at */
function option({ name, members, topic }, at) {
  return make("li", { id: `choice-${at}`, role: "option", "data-name": name }, make("span.sign.small", { "aria-hidden": "true" }, members < 0 ? "+" : "#"),
    make("span.label", null, name.replace(/^#/, ""), topic && make("small", null, plain(topic))),
    members >= 0 && make("small", null, tn("{n} member", "{n} members", members)));
}
