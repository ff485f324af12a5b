import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "../../../src/chover/web/irc.js";
import { modeWords } from "../../../src/chover/web/mode-words.js";
import { inWords } from "../../../src/chover/web/refusals.js";
import { refusal, refusals } from "../../../src/chover/web/state/refusal.js";
import { Support } from "../../../src/chover/web/state/support.js";
import { MODE_WORDS } from "../../../src/chover/web/tables/mode-words.js";
import { REFUSALS } from "../../../src/chover/web/tables/refusals.js";

const ROOT = new URL("../../../", import.meta.url);
const words = (line) => inWords(parse(line));
/** What nobody should have to know: modes, services, names of commands, "nick". */
const OF_IRC = /\(?\+[A-Za-z]\b|SASL|\bPASS\b|\bCAP\b|\bnick(name)?s?\b|NickServ|ChanServ|OperServ|[Ee]rroneous|usage:|parameters?\b|multiline|batch|\bCTCP\b(?!\))/;
/** Said to somebody who types commands of the protocol themselves, with /quote: they know them. */
const TYPED = /^(For developers of clients|For the authors of clients.*|For bridges.*|For operators of gateways.*)$/;
const FROM_QUOTE = new Set(["410", "422", "445", "446", "400"]);

/** The rows of docs/messages.md that have a numeric or a code: what the server says, with … for what is filled in. */
function rows() {
  const page = readFileSync(new URL("docs/messages.md", ROOT), "utf8");
  const found = [];
  for (const line of page.split("\n")) {
    const [, code, said, todo] = /^\| `(\d{3}|[A-Z_]+)` (.*) \| (.*) \|$/.exec(line) ?? [];
    if (code && !TYPED.test(todo) && !FROM_QUOTE.has(code)) found.push({ code, said: said.replace(/\\(.)/g, "$1") });
  }
  return found;
}

/** A refusal as the server sends it. */
function sent(code, said) {
  const text = said.replace("…", "7").replaceAll("…", "9");
  const params = /\d/.test(code) ? ["ann", "#quiet", "#other", text] : ["PRIVMSG", code, "#quiet", text];
  return { tags: {}, source: "srv", nick: "srv", command: /\d/.test(code) ? code : "FAIL", params };
}

test("every refusal that the page can meet is told without words of IRC", () => {
  const all = rows();
  assert.ok(all.length > 100, String(all.length));
  refusals.words = inWords;
  const told = all.map(({ code, said }) => `${code} ${refusal(sent(code, said))}`);
  assert.deepEqual(told.filter((each) => OF_IRC.test(each.slice(each.indexOf(" ")))), []);
});

test("every numeric of the server's refusals has its words", () => {
  const table = readFileSync(new URL("src/chover/wire/numerics.py", ROOT), "utf8");
  const errors = [...(/class Err\([^]*/.exec(table)?.[0] ?? "").matchAll(/= "(\d{3})"/g)].map(([, code]) => code);
  assert.ok(errors.includes("404"));
  assert.deepEqual(errors.filter((code) => !FROM_QUOTE.has(code) && !(code in REFUSALS)), []);
});

test("each reason for which a message is refused has a row of its own", () => {
  const rights = readFileSync(new URL("src/chover/engine/rights.py", ROOT), "utf8");
  const hints = [...rights.matchAll(/CANNOT_SEND, channel\.name, hint="([^"]+)"/g)].map(([, hint]) => hint);
  assert.ok(hints.length >= 5, String(hints));
  const general = "#quiet did not take the message";
  assert.deepEqual(hints.filter((hint) => (words(`:srv 404 ann #quiet :Cannot send to channel: ${hint}`) ?? general).startsWith(general)), []);
});

test("what happened and what to do, with the name", () => {
  const moderated = ":srv 404 ann #quiet :Cannot send to channel: the channel is moderated (+m) and you do not have voice";
  assert.equal(words(moderated), "Only people with voice may write here. Ask an operator of #quiet.");
  assert.equal(words(":srv 433 * ann :Nickname is in use; ann2 is free"), "Somebody is called ann already. ann2 is free.");
  assert.equal(words(":srv 432 * a,b :Erroneous nickname: a nick has no spaces and none of , * ? . ! @ :; try ab"), "a,b cannot be a name here: a name has no spaces and none of , * ? . ! @ :; try ab.");
  assert.equal(words(":srv 904 * :SASL authentication failed: Wrong account or password"), "The name or the password is wrong. Check both.");
  assert.equal(words(":srv 404 ann #a :Cannot send to channel: slow mode (+W 30): you may speak in 12 s"), "Not everybody may write here at once: you may in 12 seconds.");
  assert.equal(words(":srv 475 ann #k :Cannot join channel (+k): the right key is needed, as in JOIN <channel> <key>"), "#k has a password. Join it with /join #k and the password behind it.");
});

test("what the table does not know is shown as the server says it", () => {
  assert.equal(words(":srv 499 ann #a :Something of another server"), null);
  refusals.words = inWords;
  assert.equal(refusal(parse(":srv 499 ann #a :Something of another server")), "Something of another server");
  assert.equal(refusal(parse("FAIL RELAYMSG NEW_CODE #a :A newer reason")), "A newer reason");
});

test("another server's text does not break the words of a known code", () => {
  assert.equal(words(":srv 474 ann #a :Cannot join (banned $& ${x})"), "You are banned from #a. Its operators can lift that.");
  assert.equal(words(":srv 404 ann #a :Cannot send to channel: $& \\1 {1} (x"), "#a did not take the message: $& \\1 {1} (x.");
});

test("a word is not missing because the server names nobody", () => {
  assert.equal(words(":srv 474 ann :banned"), null);
});

test("modes are told as what somebody has done", () => {
  const support = new Support();
  support.learn(["PREFIX=(qaohv)~&@%+", "CHANMODES=Ibe,k,Wdfjl,CEMRUimnstu"]);
  assert.equal(modeWords("+m", support), "made the channel moderated: only people with a role write");
  assert.equal(modeWords("+ov bob carl", support), "made bob an operator, and gave carl voice");
  assert.equal(modeWords("+b m:*!*@evil", support), "muted *!*@evil");
  assert.equal(modeWords("-b account:carl", support), "lifted the ban of the account carl");
  assert.equal(modeWords("+Z", support), "set +Z");
});

test("every mode of the server has words for both signs", () => {
  const table = readFileSync(new URL("src/chover/engine/modes.py", ROOT), "utf8");
  const letters = [...table.matchAll(/Mode\("(\w)", Kind/g)].map(([, letter]) => letter);
  assert.ok(letters.length > 20);
  assert.deepEqual(letters.flatMap((letter) => [`+${letter}`, `-${letter}`]).filter((mode) => !(mode in MODE_WORDS)), []);
});
