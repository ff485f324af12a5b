/** A file for the message, as a card. */

import { t } from "../i18n.js";
import "../late-styles.js";
import { icon, iconButton, make } from "../html.js";
import { inUnits } from "../sizes.js";

/** @import { Attachment, Attachments } from "../attachments.js" */

const PICTURE = /\.(?:png|jpe?g|gif|webp|avif)$/i;
/** A larger picture is not decoded for a thumbnail, in bytes. */
const LARGE = 20_000_000;
/** Pixels of a thumbnail, on a dense screen. */
const SIDE = 80;

/** @param {Attachment} attachment @param {Attachments} all */
export function card(attachment, all) {
  const { name, status, size, reason } = attachment;
  const below = {
    sending: () => make("progress", { max: "1", value: "0", "aria-label": t("Sending {name}", { name }) }),
    done: () => make("small", null, inUnits(size)),
    failed: () => make("small.error", { role: "alert" }, reason),
  };
  return make("li", { class: status }, picture(attachment), make("div.label", null, make("span", { title: name }, name), below[status]()),
    status === "failed" && make("button.link", { type: "button", onclick: () => all.retry(attachment) }, t("Try again")),
    iconButton("leave", t("Do not send {name}", { name }), () => all.remove(attachment)));
}

/** The server's copy, or until it has one a small one of ours. @param {Attachment} attachment */
function picture({ name, address, file }) {
  if (!PICTURE.test(name)) return icon("file");
  if (address && new URL(address).origin === location.origin) return make("img", { src: address, alt: "" });
  const canvas = make("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
  if (file && file.size < LARGE) void paint(canvas, file);
  return canvas;
}

/** The middle of a picture. One that the browser cannot read leaves it empty. @param {HTMLCanvasElement} canvas @param {File} file */
async function paint(canvas, file) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return;
  const side = Math.min(bitmap.width, bitmap.height);
  canvas.getContext("2d")?.drawImage(bitmap, (bitmap.width - side) / 2, (bitmap.height - side) / 2, side, side, 0, 0, SIDE, SIDE);
  bitmap.close();
}
