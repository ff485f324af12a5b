/** Files that were dropped, pasted or chosen, as cards above the input of their conversation; they are sent with the message. */

import { make, reconcile } from "../html.js";
import { t } from "../i18n.js";
import { load } from "../storage.js";
import { define, Part } from "./part.js";

/** The maximum number of files at once; more are probably a mistake. */
const MOST = 10;

export class UploadList extends Part {
  /** @override */
  begin() {
    this._chooser = make("input", { type: "file", multiple: true, hidden: true, onchange: () => void this._take(this._chooser?.files ?? null) });
    this._list = make("ul", { "aria-label": t("Files that go with the message") });
    this.append(this._chooser, this._list);
    if (load("attachments", []).length) void this._load().then(() => this._draw());
    document.addEventListener("choose-files", () => this._chooser?.click());
    document.addEventListener("paste", (event) => this._given(event, event.clipboardData));
    document.addEventListener("drop", (event) => this._given(event, event.dataTransfer));
    document.addEventListener("dragover", (event) => {
      const files = event.dataTransfer?.types.includes("Files") ?? false;
      if (files) event.preventDefault();
      document.body.classList.toggle("dropping", files && this._can());
    });
    for (const end of ["dragleave", "drop", "dragend"]) document.addEventListener(end, () => document.body.classList.remove("dropping"));
  }

  _can() {
    return this.state.status === "online" && this.state.support.has("soju.im/FILEHOST") && this.state.current !== undefined;
  }

  /** @param {Event} event @param {DataTransfer | null} data */
  _given(event, data) {
    const files = data?.files;
    if (!files?.length) return;
    // A file dropped beside the input would replace the page.
    event.preventDefault();
    void this._take(files);
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (this.concerned(changed, "conversations")) this._draw();
  }

  /** They belong to the conversation that is shown now, even if another one is shown when they are uploaded. @param {FileList | null} files */
  async _take(files) {
    const { current } = this.state;
    if (!current || !this._can()) return this.act((state) => state.tell(t("This server does not accept files.")));
    const chosen = [...(files ?? [])].slice(0, MOST);
    if (this._chooser) this._chooser.value = "";
    const attachments = await this._load();
    for (const file of chosen) attachments.add(current, file);
  }

  /** Loaded with the first file. */
  async _load() {
    const { client } = this;
    if (!client) throw new Error("not started");
    const [{ Attachments }, { card }] = await Promise.all([import("../attachments.js"), import("./upload-card.js")]);
    this._card = card;
    return client.attachments ??= new Attachments(client, () => this._draw());
  }

  _draw() {
    const { client, _card: card, _list: list } = this;
    const all = client?.attachments?.of(this.state.active) ?? [];
    if (!client?.attachments || !card || !list) return;
    const { attachments } = client;
    reconcile(list, all.map((each) => ({ key: `${each.id}-${each.status}`, build: () => card(each, attachments) })));
    for (const [at, bar] of [...list.children].entries()) bar.querySelector("progress")?.setAttribute("value", String(all[at]?.share ?? 0));
  }
}

define("upload-list", UploadList);
