import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isPicture, ownFiles, withoutEnd } from "../../../src/chover/web/own-files.js";
import { shownBlocks } from "../../../src/chover/web/text.js";

/** The same for the terminal client: tests/client/display/test_own_files.py. */
const CASES = JSON.parse(readFileSync(new URL("../../own_files.json", import.meta.url), "utf8"));

for (const { why, text, files, left } of CASES) {
  test(`files of our server: ${why}`, () => {
    globalThis.location = { origin: "https://chat.test" };
    const blocks = shownBlocks(text, () => false);
    const found = ownFiles(blocks, "https://chat.test/files");
    assert.deepEqual(found.map(({ name, kind, width, height }) => ({ name, kind, width, height })), files.map(({ name, kind, width, height }) => ({ name, kind, width, height })));
    assert.equal(withoutEnd(blocks, found).map(({ tokens }) => tokens.map((token) => token.text).join("")).join("\n"), left);
  });
}

test("a message that is one picture and nothing else", () => {
  globalThis.location = { origin: "https://chat.test" };
  const [files, id] = ["https://chat.test/files", "A".repeat(22)];
  assert.equal(isPicture(`${files}/${id}/tea.png#640x480`, files), true);
  for (const text of ["", "tea", `${files}/${id}/tea.png and more`, `see ${files}/${id}/tea.png`, `${files}/${id}/tea.pdf`, `${files}/${id}/tea.png#30000x30000`, `${files}/x/tea.png`]) {
    assert.equal(isPicture(text, files), false, text);
  }
  assert.equal(isPicture(`${files}/${id}/tea.png`, ""), false);
});
