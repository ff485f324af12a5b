/** Players for video and audio, and cards for other files, with what the server says of them. */

import { N_, t } from "../i18n.js";
import "../media-styles.js";
import { icon, make } from "../html.js";
import { inUnits } from "../sizes.js";

/** @import { OwnFile } from "../own-files.js" */
/** @typedef {{kind: string, size: number, status: number}} Facts `status` 0: the server could not be reached. */

/** How many answers are remembered. */
const KEPT = 500;
/** @type {Map<string, Promise<Facts>>} */
const known = new Map();
/** @type {[RegExp, string][]} */
const NAMES = [
  [/^image\/(\w+)/, N_("picture")], [/^video\/(\w+)/, N_("video")], [/^audio\/(\w+)/, N_("sound")], [/^application\/pdf/, "PDF"],
  [/^text\/plain/, N_("text")], [/^application\/(?:zip|gzip)/, N_("archive")],
];

/** Fill the room of a file. @param {HTMLElement} box @param {OwnFile} file */
export async function fill(box, file) {
  const about = make("small", null, "…");
  const problem = make("small", { hidden: true }, t("It cannot be played here"));
  const card = make("a.file-card", { href: file.href, target: "_blank", rel: "noopener" }, icon("file"),
    make("span.label", null, make("span", { title: file.name }, file.name), problem, about));
  const player = file.kind === "video" || file.kind === "audio" ? playerOf(file, () => refuse(box, problem, card)) : null;
  box.replaceChildren(...(player ? [player] : []), card);
  about.textContent = await words(file);
}

/** @param {OwnFile} file @param {() => void} onerror */
function playerOf({ kind, href, name }, onerror) {
  // Nothing but the length and the first picture is loaded before somebody plays it.
  return make(kind === "video" ? "video" : "audio", { src: href, controls: true, preload: "metadata", playsinline: true, "aria-label": name, onerror });
}

/** It is not what its name says, or this browser does not know it. @param {HTMLElement} box @param {HTMLElement} problem @param {HTMLElement} card */
function refuse(box, problem, card) {
  box.replaceChildren(card);
  box.classList.add("refused");
  problem.hidden = false;
}

/** @param {OwnFile} file */
async function words({ href, width, height }) {
  const { kind, size, status } = await facts(href);
  if (status === 404) return t("It is no longer here");
  if (status !== 200) return t("The server does not say what it is");
  const pixels = width && height ? t("{width} × {height} pixels, too large to show", { width, height }) : "";
  return [kindName(kind, href), pixels, inUnits(size)].filter(Boolean).join(" · ");
}

/** @param {string} kind @param {string} href */
function kindName(kind, href) {
  const [found, name = ""] = NAMES.find(([begins]) => begins.test(kind)) ?? [];
  const [, part = ""] = found?.exec(kind) ?? [];
  const [, ending = ""] = /\.([A-Za-z0-9]{1,5})$/.exec(new URL(href).pathname) ?? [];
  return name ? [part.toUpperCase(), t(name)].filter(Boolean).join(" ") : ending.toUpperCase() || t("File");
}

/** @param {string} href */
function facts(href) {
  const address = href.replace(/#.*/, "");
  const found = known.get(address) ?? ask(address);
  known.set(address, found);
  const [oldest] = known.keys();
  if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
  return found;
}

/** @param {string} address @returns {Promise<Facts>} */
async function ask(address) {
  try {
    const { status, headers } = await fetch(address, { method: "HEAD" });
    return { status, kind: headers.get("content-type") ?? "", size: Number(headers.get("content-length")) };
  } catch {
    known.delete(address);
    return { status: 0, kind: "", size: 0 };
  }
}
