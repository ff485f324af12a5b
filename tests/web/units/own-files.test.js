import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isPicture, ownFiles, withNames, withoutEnd } from "../../../src/chover/web/own-files.js";
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

for (const [page, said] of [
  ["http://127.0.0.1:55555", "https://localhost:55555"],
  ["https://chat.test:55555", "http://chat.test:55555"],
  ["http://localhost:55555", "https://[::1]:55555"],
]) {
  test(`a file that was sent as ${said} is one of ours on the page ${page}, and is loaded as the page is`, () => {
    globalThis.location = { origin: page };
    const address = `${said}/files/${"A".repeat(22)}/tea.png`;
    const blocks = shownBlocks(`look: ${address}#640x480`, () => false);
    const found = ownFiles(blocks, `${page}/files`);
    assert.deepEqual(found.map(({ href }) => href), [`${address.replace(said, page)}#640x480`]);
    assert.equal(withoutEnd(blocks, found)[0].tokens.map((token) => token.text).join(""), "look:");
    assert.equal(isPicture(address, `${page}/files`), true);
    assert.equal(withNames(`see ${address}`, `${page}/files`), "see tea.png");
  });
}

test("a file of another machine, port, user or place is none of ours", () => {
  globalThis.location = { origin: "https://chat.test:55555" };
  for (const said of ["https://chat.test:55556/files", "https://chat.test.evil:55555/files", "https://me@chat.test:55555/files", "https://127.0.0.1:55555/files", "https://chat.test:55555/other", "ftp://chat.test:55555/files"]) {
    assert.deepEqual(ownFiles(shownBlocks(`${said}/${"A".repeat(22)}/tea.png`, () => false), "https://chat.test:55555/files"), [], said);
  }
});
