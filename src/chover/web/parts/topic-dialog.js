/** Reading a whole topic, and writing another. */

import { format } from "../irc.js";
import { make } from "../html.js";
import { dialog } from "./dialog.js";

/** @param {import("../client.js").Client} client */
export function open(client) {
  const { current } = client.state;
  if (!current?.channel) return;
  const text = make("textarea", { rows: "4", maxlength: client.state.support.get("TOPICLEN", "390"), "aria-label": "Topic" });
  text.value = current.topic;
  const box = dialog(`What ${current.name} is about`, make("form.fields", { onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    client.act((state) => state.outgoing.push(format("TOPIC", [current.name, text.value.replace(/\s+/g, " ").trim()])));
    box.close();
  } }, text, make("button.primary", { type: "submit" }, "Set the topic")));
}
