import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "../../../src/chover/web/irc.js";
import { asNick, Registration, Rejected, requests, WANTED } from "../../../src/chover/web/registration.js";

const guest = { nick: "ann", account: "", secret: "" };
const owner = { nick: "ann", account: "ann", secret: "s3cret" };

function hear(registration, ...lines) {
  return lines.flatMap((line) => registration.receive(parse(line)));
}

test("every capability that something depends on is asked for", () => {
  const root = new URL("../../../src/chover/web/", import.meta.url);
  const files = readdirSync(root, { recursive: true }).filter((name) => name.endsWith(".js"));
  const text = files.map((name) => readFileSync(new URL(name, root), "utf8")).join("");
  const used = [...text.matchAll(/(?:\bcan|caps\.has)\("([^"]+)"|need\(client, "([^"]+)"/g)].map(([, one, other]) => one ?? other);
  assert.ok(used.includes("chover.chat/invitations"));
  assert.deepEqual(used.filter((name) => !WANTED.has(name)), []);
});

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

test("where nicks are ASCII the nearest one is tried", () => {
  const registration = new Registration({ ...guest, nick: "Zoë" }, () => 0.5);
  assert.deepEqual(hear(registration, ":srv 432 * Zoë :ASCII only"), ["NICK Zo_"]);
  assert.deepEqual(hear(registration, ":srv 433 * Zo_ :taken"), ["NICK Zoë2"]);
  assert.deepEqual(hear(registration, ":srv 432 * Zoë2 :ASCII only"), ["NICK Zo_2"]);
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

// ---- invitations

const invited = { ...guest, invite: "Jx2-_9k0aQeWzR7tYb1mNw" };

test("an invitation makes an account of the nick before one is in", () => {
  const registration = new Registration(invited, Math.random);
  hear(registration, "CAP * LS :batch chover.chat/invitations");
  assert.deepEqual(hear(registration, "CAP * ACK :batch"), ["REDEEM Jx2-_9k0aQeWzR7tYb1mNw *"]);
  assert.deepEqual(hear(registration, ":srv REDEEM SUCCESS ann chover-key #tea :Keep the key"), ["CAP END"]);
  assert.deepEqual(registration.redeemed, { account: "ann", key: "chover-key" });
});

test("a refused invitation says what may help: another name, or another invitation", () => {
  for (const [line, about] of [
    ["FAIL REDEEM ACCOUNT_EXISTS ann :The name is somebody's", "name"],
    ["FAIL REDEEM INVITE_USED_UP ann :It was used already", "invite"],
    [":srv 433 * ann :Nickname is already in use", "name"],
  ]) {
    const registration = new Registration(invited, Math.random);
    assert.throws(() => hear(registration, line), (error) => error instanceof Rejected && error.about === about);
  }
});

test("a server without invitations is named as such", () => {
  const registration = new Registration(invited, Math.random);
  hear(registration, "CAP * LS :batch");
  assert.throws(() => hear(registration, "CAP * ACK :batch"), /does not support invitations/);
});

test("an account is made before the connection is registered, once", () => {
  const identity = { ...owner, enter: ["REGISTER", "ann", "*", "s3cret"] };
  const registration = new Registration(identity, Math.random);
  hear(registration, "CAP * LS :sasl draft/account-registration=before-connect");
  assert.deepEqual(hear(registration, "CAP * ACK :sasl draft/account-registration"), ["REGISTER ann * s3cret"]);
  assert.deepEqual(hear(registration, ":srv REGISTER SUCCESS ann :Account created"), ["CAP END"]);
  assert.equal(identity.enter, undefined, "a lost connection comes back with the password");
});

test("a name that is taken makes no account of another name", () => {
  const registration = new Registration({ ...owner, enter: ["REGISTER", "ann", "*", "s3cret"] }, Math.random);
  assert.throws(() => hear(registration, ":srv 433 * ann :taken"), (error) => error instanceof Rejected && error.about === "name");
});

for (const [command, word] of [["REGISTER", "VERIFICATION_REQUIRED"], ["RECOVER", "CODE_SENT"]]) {
  test(`${command} asks for the code that was mailed`, () => {
    const registration = new Registration({ ...guest, enter: [command, "ann"] }, Math.random);
    hear(registration, "CAP * LS :");
    assert.throws(() => hear(registration, `:srv ${command} ${word} ann :A code was mailed`), (error) => error instanceof Rejected && error.about === "code");
  });
}

test("a new password is used at once", () => {
  const registration = new Registration({ ...owner, enter: ["RECOVER", "ann", "123456", "s3cret"] }, Math.random);
  hear(registration, "CAP * LS :sasl");
  assert.deepEqual(hear(registration, "CAP * ACK :sasl"), ["RECOVER ann 123456 s3cret"]);
  assert.deepEqual(hear(registration, ":srv RECOVER SUCCESS ann :ok"), ["AUTHENTICATE PLAIN"]);
});

test("a wrong code is told as it is", () => {
  const registration = new Registration({ ...owner, enter: ["VERIFY", "ann", "1"] }, Math.random);
  hear(registration, "CAP * LS :");
  assert.throws(() => hear(registration, ":srv FAIL VERIFY INVALID_CODE ann :That code is wrong"), /That code is wrong/);
});
