/** Sizes of files in words. Pure. */

const UNITS = ["bytes", "kB", "MB", "GB"];

/** @param {number} bytes */
export function inUnits(bytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const number = bytes / 1000 ** power;
  return `${power && number < 10 ? number.toFixed(1) : Math.round(number)} ${UNITS[power]}`;
}
