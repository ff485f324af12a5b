/** Reading a whole topic, and writing another. */

import "../channel-styles.js";
import { askServer } from "../asking.js";
import { rightsIn } from "../channel-modes.js";
import { make } from "../html.js";
import { t, tn } from "../i18n.js";
import { bytes } from "../irc.js";
import { dialog } from "./dialog.js";
import { form, labelled } from "./fields.js";
import { messageText } from "./message-text.js";

/** @param {import("../client.js").Client} client */
export async function open(client) {
  const { current } = client.state;
  if (!current?.channel) return;
  const { messages } = await askServer(client, "MODE", [current.name]);
  const [letters = ""] = messages.find(({ command }) => command === "324")?.params.slice(2) ?? [];
  const title = t("What {name} is about", { name: current.name });
  if (letters.includes("t") && !rightsIn(client.state, current).half) {
    const text = current.topic ? messageText(current.topic, () => false) : make("p.soft", null, t("There is no topic."));
    return void dialog(title, text, make("p.soft", null, t("Only operators and half-operators of the channel can change it.")));
  }
  const most = client.state.support.number("TOPICLEN", 390);
  const topic = labelled(t("Topic"), make("textarea", { rows: "4" }), t("Links are shown as links. At most {most} bytes; empty: none.", { most }));
  topic.input.value = current.topic;
  const box = dialog(title, form(t("Set the topic"), async () => {
    const wanted = topic.input.value.replace(/\s+/g, " ").trim();
    const over = bytes(wanted) - most;
    const problem = over > 0 ? tn("That is {n} byte too long.", "That is {n} bytes too long.", over) : (await askServer(client, "TOPIC", [current.name, wanted])).problem;
    if (problem) topic.fail(problem);
    else box.close();
    return "";
  }, topic.element));
  topic.input.focus();
}
