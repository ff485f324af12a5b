/** The files of a message below its text. The room of each is there before it is, so that nothing moves when it comes. */

import { icon, make } from "../html.js";
import { t } from "../i18n.js";

/** @import { Client } from "../client.js" */
/** @import { OwnFile } from "../own-files.js" */
/** @import { Conversation } from "../state/conversation.js" */
/** @import { Line } from "../state/shapes.js" */
/** @import { ShownBlock } from "../text.js" */

/** @param {OwnFile[]} files @param {Client} client @param {string} id Of the message. */
export function media(files, client, id) {
  if (!files.length) return null;
  const pictures = files.filter(({ kind }) => kind === "picture");
  const others = files.filter(({ kind }) => kind !== "picture");
  return make("div.media", null,
    pictures.length > 0 && make("div", { class: pictures.length > 1 ? "previews grid" : "previews" }, ...pictures.map((each) => picture(each, client, id))),
    ...others.map(other));
}

/** @param {OwnFile} file @param {Client} client @param {string} id */
function picture({ href, name, width, height }, client, id) {
  const link = make("a.preview", { href, target: "_blank", rel: "noopener", onclick: (/** @type {MouseEvent} */ event) => enlarge(event, client, href, id) },
    make("img", { src: href, alt: name, loading: "lazy", decoding: "async", onerror: () => link.replaceChildren(icon("file"), make("span", null, t("{name} could not be loaded", { name }))) }));
  // The address of an upload contains its size; older and typed addresses do not.
  if (width && height) {
    link.style.setProperty("--width", String(width));
    link.style.setProperty("--height", String(height));
  }
  return link;
}

/** A new tab is still to be had, by the keys of the browser for it. @param {MouseEvent} event @param {Client} client @param {string} href @param {string} id */
function enlarge(event, client, href, id) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  void import("./lightbox.js").then(({ open }) => open(client, href, id));
}

/** Players and cards are loaded with the first of them; until then there is a link in their room. @param {OwnFile} file */
function other(file) {
  const box = make("div", { class: `attached ${file.kind}` }, make("a", { href: file.href, target: "_blank", rel: "noopener" }, file.name));
  void import("./attached-file.js").then(({ fill }) => fill(box, file));
  return box;
}

/**
 * The room of the preview of the first link, which the server makes for messages of channels.
 * @param {Line} line @param {ShownBlock[]} blocks @param {OwnFile[]} files @param {Conversation} conversation @param {Client} client
 */
export function linkPreview(line, blocks, files, conversation, client) {
  if (!conversation.channel || !line.msgid || !client.state.can("chover.chat/previews") || client.settings.get("previews") === "hide") return null;
  const url = blocks.flatMap(({ tokens }) => tokens).find(({ kind, href, styles }) =>
    kind === "link" && !styles.includes("spoiler") && !files.some((file) => file.said === href) && !href.startsWith(location.origin))?.href;
  if (!url) return null;
  const box = make("div.link-room", { "data-url": url });
  void import("./link-preview.js").then(({ fill }) => fill(box, client, conversation.name, line.msgid, url));
  return box;
}
