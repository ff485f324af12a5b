/** QR codes (ISO/IEC 18004) of short texts: byte mode, level L, versions 1 to 15. Made here, so no address goes elsewhere. */

/** By version from 1: error correction codewords in a block, blocks, and all codewords. @type {[number, number, number][]} */
const SIZES = [
  [7, 1, 26], [10, 1, 44], [15, 1, 70], [20, 1, 100], [26, 1, 134], [18, 2, 172], [20, 2, 196], [24, 2, 242], [30, 2, 292], [18, 4, 346],
  [20, 4, 404], [24, 4, 466], [26, 4, 532], [30, 4, 581], [22, 6, 655],
];
/** By version: the places of alignment patterns, after 6. @type {number[][]} */
const ALIGNED = [[], [18], [22], [26], [30], [34], [22, 38], [24, 42], [26, 46], [28, 50], [30, 54], [32, 58], [34, 62], [26, 46, 66], [26, 48, 70]];
const LEVEL_L = 1;

/** @type {((y: number, x: number) => boolean)[]} */
const MASKS = [
  (y, x) => (y + x) % 2 === 0, (y) => y % 2 === 0, (_, x) => x % 3 === 0, (y, x) => (y + x) % 3 === 0,
  (y, x) => ((y >> 1) + Math.floor(x / 3)) % 2 === 0, (y, x) => ((y * x) % 2) + ((y * x) % 3) === 0,
  (y, x) => (((y * x) % 2) + ((y * x) % 3)) % 2 === 0, (y, x) => (((y + x) % 2) + ((y * x) % 3)) % 2 === 0,
];

/** Powers and logarithms in GF(256) with the polynomial 0x11d. */
const POWERS = new Uint8Array(255);
const LOGS = new Uint8Array(256);
for (let at = 0, value = 1; at < 255; at += 1) {
  POWERS[at] = value;
  LOGS[value] = at;
  value = value & 128 ? (value << 1) ^ 0x11d : value << 1;
}

/** @param {number} a @param {number} b */
function times(a, b) {
  return a && b ? /** @type {number} */ (POWERS[(/** @type {number} */ (LOGS[a]) + /** @type {number} */ (LOGS[b])) % 255]) : 0;
}

/**
 * The modules of a text, true is dark, without the quiet zone of 4; empty if the text is too long.
 * @param {string} text
 * @param {number} [mask] If it is not given, the one that scanners read best.
 * @returns {boolean[][]}
 */
export function modules(text, mask) {
  const data = new TextEncoder().encode(text);
  const version = SIZES.findIndex(([parity, blocks, all], at) => data.length + (at < 9 ? 2 : 3) <= all - parity * blocks) + 1;
  if (!version) return [];
  const bits = interleaved(codewords(data, version), version);
  const drawn = (mask === undefined ? MASKS.map((_, at) => at) : [mask]).map((at) => draw(bits, version, at));
  return drawn.reduce((best, each) => (drawn.length > 1 && penalty(each) < penalty(best) ? each : best));
}

/** The text with its mode, its length and what fills the rest. @param {Uint8Array} data @param {number} version */
function codewords(data, version) {
  const [parity = 0, blocks = 0, all = 0] = SIZES[version - 1] ?? [];
  const room = all - parity * blocks;
  const wide = version > 9 ? 16 : 8;
  /** @type {number[]} */
  const bits = [];
  const put = (/** @type {number} */ value, /** @type {number} */ length) => {
    for (let at = length - 1; at >= 0; at -= 1) bits.push((value >> at) & 1);
  };
  put(4, 4);
  put(data.length, wide);
  for (const byte of data) put(byte, 8);
  put(0, Math.min(4, room * 8 - bits.length));
  while (bits.length % 8) bits.push(0);
  const found = Array.from({ length: bits.length / 8 }, (_, at) => bits.slice(at * 8, at * 8 + 8).reduce((sum, bit) => sum * 2 + bit, 0));
  for (let pad = 0; found.length < room; pad += 1) found.push(pad % 2 ? 0x11 : 0xec);
  return found;
}

/** The coefficients of the generator polynomial, without the first. @param {number} degree */
function generator(degree) {
  let factors = [1];
  for (let at = 0; at < degree; at += 1) {
    const root = POWERS[at] ?? 0;
    factors = [...factors, 0].map((value, index) => value ^ times(factors[index - 1] ?? 0, root));
  }
  return factors.slice(1);
}

/** The remainder: the error correction of a block. @param {number[]} data @param {number[]} factors */
function parityOf(data, factors) {
  let rest = factors.map(() => 0);
  for (const byte of data) {
    const lead = byte ^ (rest[0] ?? 0);
    rest = [...rest.slice(1), 0].map((value, at) => value ^ times(factors[at] ?? 0, lead));
  }
  return rest;
}

/** The bits of all blocks in the order in which they are drawn. @param {number[]} data @param {number} version */
function interleaved(data, version) {
  const [parity = 0, count = 0] = SIZES[version - 1] ?? [];
  const factors = generator(parity);
  const short = Math.floor(data.length / count);
  const longer = data.length % count;
  /** @type {number[][]} */
  const blocks = [];
  for (let at = 0, from = 0; at < count; at += 1) {
    const length = short + (at >= count - longer ? 1 : 0);
    blocks.push(data.slice(from, from + length));
    from += length;
  }
  const ends = blocks.map((block) => parityOf(block, factors));
  const woven = (/** @type {number[][]} */ rows, /** @type {number} */ most) => Array.from({ length: most }, (_, at) => rows.flatMap((row) => (at < row.length ? [row[at] ?? 0] : []))).flat();
  return [...woven(blocks, short + 1), ...woven(ends, parity)].flatMap((byte) => Array.from({ length: 8 }, (_, at) => ((byte >> (7 - at)) & 1) === 1));
}

/** @param {boolean[]} bits @param {number} version @param {number} mask */
function draw(bits, version, mask) {
  const size = version * 4 + 17;
  /** Undefined: not a part of the patterns. @type {(boolean | undefined)[][]} */
  const fixed = Array.from({ length: size }, () => Array(size).fill(undefined));
  patterns(fixed, version);
  formats(fixed, version, mask);
  let at = 0;
  const result = fixed.map((row) => row.map(Boolean));
  for (const [y, x] of path(size)) {
    if (fixed[y]?.[x] !== undefined) continue;
    /** @type {boolean[]} */ (result[y])[x] = (bits[at] ?? false) !== (MASKS[mask]?.(y, x) ?? false);
    at += 1;
  }
  return result;
}

/** Two columns at a time from the right, upwards and downwards in turn; the column of the timing pattern is left out. @param {number} size @returns {Generator<[number, number]>} */
function* path(size) {
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const y = up ? size - 1 - step : step;
      yield [y, right];
      yield [y, right - 1];
    }
  }
}

/** @param {(boolean | undefined)[][]} fixed @param {number} version */
function patterns(fixed, version) {
  const size = fixed.length;
  for (let at = 0; at < size; at += 1) set(fixed, 6, at, at % 2 === 0), set(fixed, at, 6, at % 2 === 0);
  for (const [y, x] of [[3, 3], [3, size - 4], [size - 4, 3]]) square(fixed, y ?? 0, x ?? 0, 4, (ring) => ring !== 2 && ring !== 4);
  const places = version > 1 ? [6, ...(ALIGNED[version - 1] ?? [])] : [];
  const last = places.length - 1;
  places.forEach((y, row) => places.forEach((x, column) => {
    const corner = (row === 0 && (column === 0 || column === last)) || (row === last && column === 0);
    if (!corner) square(fixed, y, x, 2, (ring) => ring !== 1);
  }));
}

/** Rings around a place. @param {(boolean | undefined)[][]} fixed @param {number} y @param {number} x @param {number} radius @param {(ring: number) => boolean} dark */
function square(fixed, y, x, radius, dark) {
  for (let dy = -radius; dy <= radius; dy += 1) for (let dx = -radius; dx <= radius; dx += 1) set(fixed, y + dy, x + dx, dark(Math.max(Math.abs(dy), Math.abs(dx))));
}

/** @param {(boolean | undefined)[][]} fixed @param {number} y @param {number} x @param {boolean} dark */
function set(fixed, y, x, dark) {
  const row = fixed[y];
  if (row && x >= 0 && x < fixed.length) row[x] = dark;
}

/** A value with the remainder of a division by a polynomial behind it. @param {number} value @param {number} polynomial @param {number} bits */
function checked(value, polynomial, bits) {
  let rest = value;
  for (let at = 0; at < bits; at += 1) rest = (rest << 1) ^ ((rest >> (bits - 1)) * polynomial);
  return (value << bits) | rest;
}

/** The level and the mask, twice, and from version 7 on the version, twice. @param {(boolean | undefined)[][]} fixed @param {number} version @param {number} mask */
function formats(fixed, version, mask) {
  const size = fixed.length;
  const word = checked((LEVEL_L << 3) | mask, 0x537, 10) ^ 0x5412;
  for (let at = 0; at < 15; at += 1) {
    const dark = ((word >> at) & 1) === 1;
    const [y, x] = at < 6 ? [at, 8] : at < 8 ? [at + 1, 8] : at === 8 ? [8, 7] : [8, 14 - at];
    set(fixed, y ?? 0, x ?? 0, dark);
    if (at < 8) set(fixed, 8, size - 1 - at, dark);
    else set(fixed, size - 15 + at, 8, dark);
  }
  set(fixed, size - 8, 8, true);
  const number = version > 6 ? checked(version, 0x1f25, 12) : 0;
  for (let at = 0; version > 6 && at < 18; at += 1) {
    const [far, near] = [size - 11 + (at % 3), Math.floor(at / 3)];
    set(fixed, near, far, ((number >> at) & 1) === 1);
    set(fixed, far, near, ((number >> at) & 1) === 1);
  }
}

/** How hard it is to read (7.8.3). @param {boolean[][]} rows */
function penalty(rows) {
  const columns = rows.map((_, x) => rows.map((row) => row[x] ?? false));
  const lines = [...rows, ...columns].map((line) => line.map((dark) => (dark ? "1" : "0")).join(""));
  let sum = 0;
  for (const line of lines) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) sum += run.length - 2;
    for (let at = line.search(FINDER); at >= 0; at = next(line, at)) sum += 40;
  }
  for (let y = 1; y < rows.length; y += 1) for (let x = 1; x < rows.length; x += 1) {
    if (rows[y]?.[x] === rows[y - 1]?.[x] && rows[y]?.[x] === rows[y]?.[x - 1] && rows[y]?.[x] === rows[y - 1]?.[x - 1]) sum += 3;
  }
  const share = rows.flat().filter(Boolean).length / rows.length ** 2;
  return sum + Math.floor(Math.abs(share * 100 - 50) / 5) * 10;
}

const FINDER = /10111010000|00001011101/;

/** @param {string} line @param {number} at */
function next(line, at) {
  const found = line.slice(at + 1).search(FINDER);
  return found < 0 ? -1 : at + 1 + found;
}
