/** Our picture: chosen, cut to a square in this browser, and kept on our own server. */

import "../channel-styles.js";
import { askServer } from "../asking.js";
import { make } from "../html.js";
import { t } from "../i18n.js";
import { unlessComposing } from "../input-method.js";
import { readSize } from "../picture-size.js";
import { portrait } from "../people.js";
import { fold } from "../irc.js";
import { upload } from "../upload.js";
import { dialog } from "./dialog.js";
import { form, labelled } from "./fields.js";

/** @import { Client } from "../client.js" */

/** Pixels of what is kept, and of what is shown while it is cut. */
const KEPT = 256;
const SHOWN = 240;
/** Bytes of a file that is read, and pixels of a side of what is decoded. */
const MOST_BYTES = 20_000_000;
const MOST_SIDE = 12_000;
const STEP = 8;

/** @param {Client} client */
export function open(client) {
  const { state } = client;
  const box = dialog(t("Your picture"));
  if (!state.account || !state.support.has("soju.im/FILEHOST")) {
    return box.append(make("div.person-head", null, portrait(state, state.nick), make("p.soft", null, state.account ? t("This server keeps no files, so everybody has a letter.") : t("A picture needs an account: you are a guest, and have a letter."))));
  }
  const cut = new Cut();
  const file = labelled(t("File"), make("input", { type: "file", accept: "image/png,image/jpeg,image/gif,image/webp,image/avif" }), t("PNG, JPEG, GIF, WebP or AVIF, at most 20 MB. It is cut to a square here, and only that is sent."));
  file.input.addEventListener("change", async () => {
    const [chosen] = file.input.files ?? [];
    if (chosen) file.fail(await cut.load(chosen));
  });
  const submit = async () => {
    if (!cut.ready) return file.fail(t("Choose a picture first.")), "";
    const problem = await keep(client, await cut.square());
    if (!problem) box.close();
    return problem;
  };
  const held = state.users.get(fold(state.nick))?.metadata.avatar;
  const none = make("button.plain.bad", { type: "button", onclick: async () => {
    file.fail(await put(client, ""));
    if (!file.input.matches("[aria-invalid=true]")) box.close();
  } }, t("Remove the picture"));
  box.append(form(t("Use this picture"), submit, file.element, cut.element, held ? none : null));
  file.input.focus();
}

/** Send the picture, and say that it is ours. What went wrong, or "". @param {Client} client @param {File} file */
async function keep(client, file) {
  try {
    const address = new URL(await upload(client, file, () => {}, new AbortController().signal));
    // Other programs need a whole address; what they take is https alone.
    return await put(client, address.protocol === "https:" ? `${address.origin}${address.pathname}` : address.pathname.slice(address.pathname.indexOf("/files/")));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @param {Client} client @param {string} value "" for none. */
async function put(client, value) {
  return (await askServer(client, "METADATA", ["*", "SET", "avatar", ...(value ? [value] : [])])).problem;
}

/** A picture of which a square is chosen: with a pointer or a finger, with the arrow keys, and a slider for the size. */
class Cut {
  constructor() {
    /** @type {ImageBitmap | null} */
    this._picture = null;
    this._x = this._y = 0;
    this._canvas = make("canvas", { width: SHOWN, height: SHOWN, tabindex: "0", role: "img", "aria-label": t("The part that is shown. The arrow keys move it.") });
    this._zoom = labelled(t("Size"), make("input", { type: "range", min: "1", max: "4", step: "0.05", value: "1" }));
    this.element = make("div.cut", { hidden: true }, this._canvas, this._zoom.element);
    this._zoom.input.addEventListener("input", () => this._draw());
    this._canvas.addEventListener("pointerdown", (event) => this._canvas.setPointerCapture(event.pointerId));
    this._canvas.addEventListener("pointermove", (event) => event.buttons && this._move(event.movementX, event.movementY));
    this._canvas.addEventListener("keydown", unlessComposing((event) => this._key(event)));
  }

  get ready() {
    return this._picture !== null;
  }

  /** What is wrong with the file, or "". @param {File} file */
  async load(file) {
    this._picture = null;
    this.element.hidden = true;
    if (file.size > MOST_BYTES) return t("The file has {size} MB; at most {most} can be read here. Choose a smaller one.", { size: Math.ceil(file.size / 1e6), most: MOST_BYTES / 1e6 });
    const size = readSize(new Uint8Array(await file.slice(0, 262_144).arrayBuffer()));
    if (size && Math.max(size.width, size.height) > MOST_SIDE) return t("The picture has {width} × {height} pixels; at most {most} on a side can be read here.", { width: size.width, height: size.height, most: MOST_SIDE });
    try {
      this._picture = await createImageBitmap(file);
    } catch {
      return t("That is no picture that this browser can read. Choose a PNG, JPEG, GIF, WebP or AVIF file.");
    }
    this._x = this._y = 0;
    this._zoom.input.value = "1";
    this.element.hidden = false;
    this._draw();
    return "";
  }

  /** The chosen square as a file. @returns {Promise<File>} */
  async square() {
    const canvas = make("canvas", { width: KEPT, height: KEPT });
    this._paint(canvas, KEPT);
    const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ resolve) => canvas.toBlob(resolve, "image/webp", 0.9));
    if (!blob) throw new Error("This browser cannot write the picture. Choose a smaller one.");
    return new File([blob], blob.type === "image/webp" ? "avatar.webp" : "avatar.png", { type: blob.type });
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    const [x, y] = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key] ?? [0, 0];
    if (!x && !y) return;
    event.preventDefault();
    this._move(x ?? 0, y ?? 0);
  }

  /** Pixels as they are shown. @param {number} x @param {number} y */
  _move(x, y) {
    this._x -= x / SHOWN;
    this._y -= y / SHOWN;
    this._draw();
  }

  _draw() {
    this._paint(this._canvas, SHOWN);
  }

  /** @param {HTMLCanvasElement} canvas @param {number} size */
  _paint(canvas, size) {
    const picture = this._picture;
    const context = canvas.getContext("2d");
    if (!picture || !context) return;
    const side = Math.min(picture.width, picture.height) / Number(this._zoom.input.value);
    const [wide, high] = [(picture.width / side - 1) / 2, (picture.height / side - 1) / 2];
    this._x = Math.max(-wide, Math.min(wide, this._x));
    this._y = Math.max(-high, Math.min(high, this._y));
    context.imageSmoothingQuality = "high";
    context.clearRect(0, 0, size, size);
    context.drawImage(picture, (wide + this._x) * side, (high + this._y) * side, side, side, 0, 0, size, size);
  }
}
