import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, escapeTag, fold, format, parse, readTime, splitText, unescapeTag } from "../../../src/chover/web/irc.js";

test("a line is taken apart into tags, source, command and parameters", () => {
  const message = parse("@time=2026-11-23T02:00:00.000Z;bot :ann!a@host PRIVMSG #lobby :hello  there\r\n");
  assert.deepEqual({ ...message?.tags }, { time: "2026-11-23T02:00:00.000Z", bot: "" });
  assert.equal(message?.nick, "ann");
  assert.equal(message?.command, "PRIVMSG");
  assert.deepEqual(message?.params, ["#lobby", "hello  there"]);
});

test("spaces between parameters count once and a trailing parameter may be empty", () => {
  assert.deepEqual(parse("cap  *   LS :")?.params, ["*", "LS", ""]);
});

test("a line without a command is none", () => {
  for (const line of ["", ":server", "@a=b", "@a=b :server"]) assert.equal(parse(line), null);
});

test("tags that are called like parts of every object are only tags", () => {
  const message = parse("@__proto__=x;constructor=y PING");
  assert.equal(message?.tags["__proto__"], "x");
  assert.equal(message?.tags["toString"], undefined);
});

test("every tag value comes back as it was", () => {
  for (const value of ["", "a b", "a;b", "\\", "a\\:b", "line\r\nline", "❯ ü"]) assert.equal(unescapeTag(escapeTag(value)), value);
});

test("an unknown escape loses its backslash, also at the end", () => {
  assert.equal(unescapeTag("a\\bc\\"), "abc");
});

test("only a last parameter that needs it has a colon", () => {
  assert.equal(format("JOIN", ["#a"]), "JOIN #a");
  assert.equal(format("PRIVMSG", ["#a", ""]), "PRIVMSG #a :");
  assert.equal(format("PRIVMSG", ["#a", ":)"]), "PRIVMSG #a ::)");
  assert.equal(format("PRIVMSG", ["#a", "b c"], { label: "1" }), "@label=1 PRIVMSG #a :b c");
});

test("no text can end a line and begin another", () => {
  assert.equal(format("PRIVMSG", ["#a", "hi\r\nQUIT"]), "PRIVMSG #a hiQUIT");
});

test("text is cut at spaces where there are some, and never inside a character", () => {
  assert.deepEqual(splitText("one two three", 8), ["one two", "three"]);
  const pieces = splitText("🎉".repeat(10), 10);
  assert.equal(pieces.join(""), "🎉".repeat(10));
  for (const piece of pieces) assert.ok(bytes(piece) <= 10);
});

test("names are the same whatever their case and composition", () => {
  assert.equal(fold("ÉLAN"), fold("e\u0301lan"));
});

test("what is no time is no time", () => {
  assert.equal(readTime("yesterday"), 0);
  assert.equal(readTime(undefined), 0);
  assert.equal(readTime("1970-01-01T00:00:01.000Z"), 1000);
});
