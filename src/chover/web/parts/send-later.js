/** Sending a message later: asks when. Files that are attached are sent with it. */

import { make } from "../html.js";
import { t } from "../i18n.js";
import { sayLater } from "../state/scheduled.js";
import { askTime } from "./time-dialog.js";

/** @import { Client } from "../client.js" */
/** @import { Conversation } from "../state/conversation.js" */

/**
 * @param {Client} client
 * @param {Conversation} conversation
 * @param {string} text
 * @param {string} reply The msgid of the message that is answered, or "".
 * @param {() => void} done Clears the field.
 */
export function sendLater(client, { name, key }, text, reply, done) {
  const plain = text.startsWith("//") ? text.slice(1) : text;
  askTime(t("Send later"), (when) => {
    const files = client.attachments?.take(key) ?? [];
    client.act((state) => sayLater(state, name, when, [plain.trimEnd(), ...files].filter(Boolean).join(plain.includes("\n") ? "\n" : " "), reply));
    done();
  }, make("p.soft", null, t("The server sends it to {name} at that time, also while you are not connected.", { name })));
}
