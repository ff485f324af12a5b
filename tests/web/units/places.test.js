import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

globalThis.location = /** @type {any} */ ({ origin: "https://chat.example", pathname: "/team/" });
const { address, fragment, placeOf, within } = await import("../../../src/chover/web/places.js");
const { tokens } = await import("../../../src/chover/web/text.js");

/** The same for the terminal client: tests/client/test_places.py. */
const CASES = JSON.parse(readFileSync(new URL("../../places.json", import.meta.url), "utf8"));

for (const { name, msgid, fragment: expected } of CASES) {
  test(`both clients make the same link to a message in ${name}`, () => assert.equal(fragment(name, msgid), expected));
}

/** Names as servers let people have them, and others that no server should. */
const NAMES = ["#lobby", "#c++", "##", "#a/b", "#größe", "#日本語", "#what?", "#done.", "#it's(fine)!", "#under_", "#100%", "#a&invite=x", "bob", "[away]`", "#🎉", "&local"];

test("every conversation and message has an address that leads to it", () => {
  for (const name of NAMES) {
    for (const msgid of ["", "b3Jk-_x", "2/3=+."]) {
      assert.deepEqual(placeOf(fragment(name, msgid)), { name, msgid });
      assert.equal(new URL(address(name, msgid)).pathname, "/team/", name);
    }
  }
});

test("an address is a link as a whole wherever it stands in a sentence", () => {
  for (const name of NAMES) {
    for (const sentence of [`see ${address(name)}.`, `(${address(name, "m1")})`, `"${address(name)}"!`, `${address(name)}`]) {
      const [link] = tokens(sentence, () => false).filter(({ kind }) => kind === "link");
      const place = placeOf(within(link?.href ?? ""));
      assert.equal(place?.name, name, sentence);
    }
  }
});

test("what is no address leads nowhere", () => {
  for (const hash of ["", "#", "#message", "#invite=abcdefghijklmnop", "#/c/", "#/c//m", "#/c/a/b/c", "#/c/%zz", "#/c/%e0%a4", `#/c/${"x".repeat(201)}`, "#/d/x"]) {
    assert.equal(placeOf(hash), null, hash);
  }
});

test("only links to this very page stay in it", () => {
  assert.equal(within("https://chat.example/team/#/c/bob"), "#/c/bob");
  for (const href of ["https://chat.example/#/c/bob", "https://other.example/team/#/c/bob", "https://chat.example/team/#x", "https://chat.example/team/"]) {
    assert.equal(within(href), "", href);
  }
});
