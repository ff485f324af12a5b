import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../../../src/chover/web/irc.js";
import { asNick, Registration, Rejected, requests } from "../../../src/chover/web/registration.js";

const guest = { nick: "ann", account: "", secret: "" };
const owner = { nick: "ann", account: "ann", secret: "s3cret" };

function hear(registration, ...lines) {
  return lines.flatMap((line) => registration.receive(parse(line)));
}

test("a guest asks for what the server offers and this client knows, and is in", () => {
  const registration = new Registration(guest, Math.random);
  assert.deepEqual(registration.greeting().slice(0, 2), ["CAP LS 302", "NICK ann"]);
  assert.deepEqual(hear(registration, "CAP * LS * :batch unknown", "CAP * LS :draft/multiline=max-bytes=4096 sasl"), [
    "CAP REQ :batch draft/multiline sasl",
  ]);
  assert.deepEqual(hear(registration, "CAP * ACK :batch draft/multiline sasl"), ["CAP END"]);
  hear(registration, ":srv 001 ann :Welcome");
  assert.ok(registration.done);
  assert.equal(registration.caps.get("draft/multiline"), "max-bytes=4096");
});

test("a server that offers nothing lets us in all the same", () => {
  const registration = new Registration(guest, Math.random);
  assert.deepEqual(hear(registration, "CAP * LS :"), ["CAP END"]);
});

test("an account logs in before it is let in", () => {
  const registration = new Registration(owner, Math.random);
  hear(registration, "CAP * LS :sasl=PLAIN");
  assert.deepEqual(hear(registration, "CAP * ACK :sasl"), ["AUTHENTICATE PLAIN"]);
  const [line] = hear(registration, "AUTHENTICATE +");
  assert.equal(atob(line.split(" ")[1]), "\0ann\0s3cret");
  assert.deepEqual(hear(registration, ":srv 903 ann :ok"), ["CAP END"]);
});

test("a secret that fills its last piece is followed by an empty one", () => {
  const registration = new Registration({ ...owner, secret: "x".repeat(295) }, Math.random);
  hear(registration, "CAP * LS :sasl", "CAP * ACK :sasl");
  const lines = hear(registration, "AUTHENTICATE +");
  assert.deepEqual(lines.map((line) => line.length - "AUTHENTICATE ".length), [400, 1]);
});

test("a wrong password is about the account", () => {
  const registration = new Registration(owner, Math.random);
  hear(registration, "CAP * LS :sasl", "CAP * ACK :sasl");
  assert.throws(() => hear(registration, ":srv 904 ann :wrong password"), (error) => error instanceof Rejected && error.about === "account");
});

test("a nick that is taken is tried with a number, and given up some time", () => {
  const registration = new Registration(guest, () => 0.5);
  const tried = [];
  assert.throws(() => {
    for (;;) tried.push(...hear(registration, ":srv 433 * ann :taken"));
  }, Rejected);
  assert.equal(tried[0], "NICK ann2");
  assert.equal(tried.at(-1), "NICK ann5500");
});

test("requests stay below the length of a line", () => {
  const lines = requests(Array.from({ length: 60 }, (_, at) => `example.org/capability-${at}`));
  assert.ok(lines.length > 1);
  for (const line of lines) assert.ok(line.length < 512);
});

test("any name becomes a nick", () => {
  assert.equal(asNick("  Ann Lee "), "Ann_Lee");
  assert.equal(asNick("#ops"), "_#ops");
  assert.equal(asNick("3com"), "_3com");
  assert.equal(asNick("x".repeat(50)).length, 32);
});
