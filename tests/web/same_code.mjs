// Says which of some pairs of scripts differ in more than their comments, or in the line of a statement.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [typescript, ...files] = process.argv.slice(2);
const ts = createRequire(import.meta.url)(typescript);
const printer = ts.createPrinter({ removeComments: true });

/** @param {string} file */
function read(file) {
  const source = ts.createSourceFile(file, readFileSync(file, "utf-8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const lines = source.statements.map((each) => source.getLineAndCharacterOfPosition(each.getStart()).line);
  return { code: printer.printFile(source), lines: lines.join() };
}

for (let at = 0; at < files.length; at += 2) {
  const [written, served] = [read(files[at]), read(files[at + 1])];
  if (written.code !== served.code || written.lines !== served.lines) console.log(files[at]);
}
