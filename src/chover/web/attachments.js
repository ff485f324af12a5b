/** Files for messages that are being written: each belongs to the conversation where it was added. */

import { t } from "./i18n.js";
import { load, save } from "./storage.js";
import { plain } from "./text.js";
import { upload } from "./upload.js";

/** @import { Client } from "./client.js" */
/**
 * @typedef {object} Attachment
 * @property {number} id
 * @property {{key: string}} conversation Its key may change: channels are renamed, people have another nick.
 * @property {string} name As it may be shown.
 * @property {number} size In bytes.
 * @property {"sending" | "done" | "failed"} status
 * @property {number} share How much of it the server has, from 0 to 1.
 * @property {string} reason Why it failed.
 * @property {string} address Where the server keeps it, as soon as it does.
 * @property {File | null} file
 * @property {AbortController} stop
 */

const KEPT = "attachments";

export class Attachments {
  /** @param {Client} client @param {() => void} changed Called when there is something to draw. */
  constructor(client, changed) {
    this._client = client;
    this._changed = changed;
    this._last = 0;
    /** Files that the server had already when the page was reloaded. @type {Attachment[]} */
    this._all = load(KEPT, /** @type {{key: string, name: string, size: number, address: string}[]} */ ([])).map(({ key, name, size, address }) => (
      { ...this._blank({ key }, null), name, size, address, status: "done", share: 1 }));
  }

  /** @param {{key: string}} conversation @param {File} file */
  add(conversation, file) {
    const attachment = { ...this._blank(conversation, file), name: plain(file.name), size: file.size };
    this._all.push(attachment);
    void this._send(attachment);
  }

  /** Those of a conversation. @param {string} key */
  of(key) {
    for (const each of this._all) each.conversation = this._client.state.conversations.get(each.conversation.key) ?? each.conversation;
    return this._all.filter(({ conversation }) => conversation.key === key);
  }

  /** Why the text there cannot be sent yet; "" if it can. @param {string} key */
  problem(key) {
    const waits = this.of(key).find(({ status }) => status !== "done");
    if (!waits) return "";
    return waits.status === "failed" ? t("{name} was not uploaded. Try again, or remove it.", { name: waits.name }) : t("{name} is still being uploaded.", { name: waits.name });
  }

  /** Take their addresses, to send them. @param {string} key */
  take(key) {
    const taken = this.of(key);
    this._all = this._all.filter((each) => !taken.includes(each));
    this._keep();
    return taken.map(({ address }) => address);
  }

  /** @param {Attachment} attachment */
  remove(attachment) {
    this._all = this._all.filter((each) => each !== attachment);
    attachment.stop.abort();
    this._keep();
  }

  /** @param {Attachment} attachment */
  retry(attachment) {
    void this._send(attachment);
  }

  /** @param {Attachment} attachment */
  async _send(attachment) {
    const { file } = attachment;
    if (!file) return;
    Object.assign(attachment, { status: "sending", share: 0, reason: "", stop: new AbortController() });
    this._changed();
    try {
      attachment.address = await upload(this._client, file, (share) => this._progress(attachment, share), attachment.stop.signal);
      attachment.status = "done";
    } catch (error) {
      Object.assign(attachment, { status: "failed", reason: error instanceof Error ? error.message : String(error) });
    }
    this._keep();
  }

  /** @param {Attachment} attachment @param {number} share */
  _progress(attachment, share) {
    attachment.share = share;
    this._changed();
  }

  /** Store the files that the server has: a reloaded page still shows them. */
  _keep() {
    const done = this._all.filter(({ status }) => status === "done");
    save(KEPT, done.map(({ conversation: { key }, name, size, address }) => ({ key, name, size, address })));
    this._changed();
  }

  /** @param {{key: string}} conversation @param {File | null} file @returns {Attachment} */
  _blank(conversation, file) {
    return { id: ++this._last, conversation, name: "", size: 0, status: "sending", share: 0, reason: "", address: "", file, stop: new AbortController() };
  }
}
