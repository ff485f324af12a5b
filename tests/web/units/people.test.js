import assert from "node:assert/strict";
import { test } from "node:test";
import { readSize } from "../../../src/chover/web/picture-size.js";
import { emojiAtFront, statusOf, UNTIL } from "../../../src/chover/web/state/metadata.js";
import { ALL, at, Scene } from "./scene.js";

const bytes = (...parts) => Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...part].map((each) => each.charCodeAt(0)) : part)));

test("the size of a picture is known before it is decoded", () => {
  assert.deepEqual(readSize(bytes([0x89], "PNG\r\n\x1a\n", [0, 0, 0, 13], "IHDR", [0, 0, 0x75, 0x30, 0, 0, 0, 5])), { width: 30_000, height: 5 });
  assert.deepEqual(readSize(bytes("GIF89a", [0x10, 0x27, 2, 0])), { width: 10_000, height: 2 });
  assert.deepEqual(readSize(bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc2, 0, 17, 8, 0, 3, 0x40, 0])), { width: 0x4000, height: 3 });
  assert.deepEqual(readSize(bytes("RIFF", [0, 0, 0, 0], "WEBPVP8X", [10, 0, 0, 0, 0, 0, 0, 0, 0xff, 0, 0, 9, 0, 0])), { width: 256, height: 10 });
  for (const other of [bytes("hello"), bytes([0xff, 0xd8, 0xff]), bytes([])]) assert.equal(readSize(other), null);
});

test("a status ends by itself, for others at its time and at the server when its author's page sees that", () => {
  const here = new Scene({ caps: [...ALL, "draft/metadata-3"] });
  here.inside();
  const end = Date.parse(at(60));
  for (const nick of ["ann", "bob"]) here.hear(`:srv 761 ann ${nick} status * :🍵 tea`, `:srv 761 ann ${nick} ${UNTIL} * ${at(60)}`);
  here.take();
  here.state.tick();
  assert.deepEqual([statusOf(here.state, "ann"), statusOf(here.state, "bob"), here.take()], ["🍵 tea", "🍵 tea", []]);
  here.state.now = end;
  here.state.tick();
  assert.deepEqual([statusOf(here.state, "ann"), statusOf(here.state, "bob")], ["", ""]);
  assert.deepEqual(here.take(), ["METADATA * SET status", `METADATA * SET ${UNTIL}`]);
  here.state.tick();
  assert.deepEqual(here.take(), []);
});

test("the emoji of a status is the one at its beginning, with all that belongs to it", () => {
  const found = ["🍵 tea", "🍽️ lunch", "👩🏽‍💻 work", "🇩🇪", "tea 🍵", "7 up", ""].map(emojiAtFront);
  assert.deepEqual(found, ["🍵", "🍽️", "👩🏽‍💻", "🇩🇪", "", "", ""]);
});
