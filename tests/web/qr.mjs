/** Prints the modules of QR codes, for the test that compares them with another program's. */

import { modules } from "../../src/chover/web/qr.js";

const [texts, mask] = process.argv.slice(2);
console.log(JSON.stringify(JSON.parse(texts).map((text) => modules(text, Number(mask)).map((row) => row.map(Number)))));
