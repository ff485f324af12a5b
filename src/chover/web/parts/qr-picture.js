/** A QR code as a picture: black on white in any theme, because scanners expect that. */

import { make } from "../html.js";
import { modules } from "../qr.js";

const SVG = "http://www.w3.org/2000/svg";
/** Light modules around it, which scanners need. */
const QUIET = 4;

/** @param {string} text @param {string} label For screen readers. */
export function qrPicture(text, label) {
  const rows = modules(text);
  if (!rows.length) return null;
  const size = rows.length + 2 * QUIET;
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : ""))).join(""));
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.append(path);
  return make("div.qr", { role: "img", "aria-label": label }, svg);
}
