import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ownFiles, withoutEnd } from "../../../src/chover/web/own-files.js";
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
