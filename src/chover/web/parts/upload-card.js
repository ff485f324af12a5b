/** A file for the message, as a card. */

import "../late-styles.js";
import { icon, iconButton, make } from "../html.js";

/** @import { Attachment, Attachments } from "../attachments.js" */

const PICTURE = /\.(?:png|jpe?g|gif|webp|avif)$/i;
const UNITS = ["bytes", "kB", "MB", "GB"];

/** @param {Attachment} attachment @param {Attachments} all */
export function card(attachment, all) {
  const { name, status, size, reason } = attachment;
  const below = {
    sending: () => make("progress", { max: "1", value: "0", "aria-label": `Sending ${name}` }),
    done: () => make("small", null, inUnits(size)),
    failed: () => make("small.error", { role: "alert" }, reason),
  };
  return make("li", { class: status }, picture(attachment), make("div.label", null, make("span", { title: name }, name), below[status]()),
    status === "failed" && make("button.link", { type: "button", onclick: () => all.retry(attachment) }, "Try again"),
    iconButton("leave", `Do not send ${name}`, () => all.remove(attachment)));
}

/** A preview as soon as the server has the picture. @param {Attachment} attachment */
function picture({ name, address }) {
  const own = address && new URL(address).origin === location.origin && PICTURE.test(name);
  return own ? make("img", { src: address, alt: "" }) : icon("file");
}

/** @param {number} bytes */
function inUnits(bytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const number = bytes / 1000 ** power;
  return `${power && number < 10 ? number.toFixed(1) : Math.round(number)} ${UNITS[power]}`;
}
