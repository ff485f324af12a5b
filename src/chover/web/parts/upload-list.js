/** Files that were dropped, pasted or chosen: their way to the server, and then into the message. */

import { make } from "../html.js";
import { Part } from "./part.js";

/** Files at once; more are most likely a mistake. */
const MOST = 10;

export class UploadList extends Part {
  /** @override */
  begin() {
    this._chooser = make("input", { type: "file", multiple: true, hidden: true, onchange: () => this._take(this._chooser?.files ?? null) });
    this._list = make("ul", { "aria-label": "Files on their way" });
    this.append(this._chooser, this._list);
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
    // A file that is dropped beside the field would take the place of the page.
    event.preventDefault();
    this._take(files);
  }

  /** @param {FileList | null} files */
  _take(files) {
    if (!this._can()) return this.act((state) => state.tell("This server takes no files."));
    for (const file of [...(files ?? [])].slice(0, MOST)) void this._send(file);
    if (this._chooser) this._chooser.value = "";
  }

  /** @param {File} file */
  async _send(file) {
    const { send } = await import("../upload.js");
    if (this.client && this._list) await send(this.client, file, this._list);
  }
}

customElements.define("upload-list", UploadList);
