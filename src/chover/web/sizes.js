/** Sizes of files in words. Pure. */

import { LOCALE } from "./i18n.js";

const UNITS = ["bytes", "kB", "MB", "GB"];

/** @param {number} bytes */
export function inUnits(bytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const number = bytes / 1000 ** power;
  const digits = power && number < 10 ? 1 : 0;
  return `${number.toLocaleString(LOCALE, { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${UNITS[power]}`;
}
