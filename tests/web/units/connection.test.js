/** The connection of the page, over a WebSocket that a test speaks for, with a clock that a test moves. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Connection, TUNING } from "../../../src/chover/web/connection.js";

class Socket extends EventTarget {
  constructor() {
    super();
    this.sent = [];
    Socket.last = this;
  }

  send(line) {
    this.sent.push(line);
  }

  close() {}

  hear(line) {
    this.dispatchEvent(Object.assign(new Event("message"), { data: line }));
  }

  get pings() {
    return this.sent.filter((line) => line === "PING alive").length;
  }
}

/** A registered connection; `messages` is what waits for its acknowledgement. */
function online(messages) {
  const lost = [];
  const nothing = () => {};
  const connection = new Connection("ws://localhost/irc", {
    online: nothing,
    redeemed: nothing,
    received: nothing,
    rejected: nothing,
    waits: () => messages.length > 0,
    offline: (reason) => lost.push(reason),
  });
  connection.open({ nick: "ann", account: "", secret: "" });
  const socket = Socket.last;
  socket.dispatchEvent(new Event("open"));
  socket.hear(":srv CAP * LS :");
  socket.hear(":srv 001 ann :Welcome");
  socket.hear(":srv 422 ann :No message of the day");
  return { connection, socket, lost };
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { WebSocket: Socket, window: globalThis });
});

test("a server that is silent is asked, and left when it does not answer", () => {
  const { socket, lost } = online([]);
  mock.timers.tick(TUNING.idle - 1);
  assert.equal(socket.pings, 0);
  mock.timers.tick(1);
  assert.equal(socket.pings, 1);
  mock.timers.tick(TUNING.answer);
  assert.deepEqual(lost, ["it does not answer"]);
});

test("while a message waits a silent server is asked sooner, counted from the first message", () => {
  const messages = [];
  const { connection, socket, lost } = online(messages);
  mock.timers.tick(TUNING.idle - TUNING.pending - 1);
  messages.push("hello");
  connection.send(["PRIVMSG #lobby :hello"]);
  mock.timers.tick(TUNING.pending - 1);
  connection.send(["PRIVMSG #lobby :are you there?"]);
  assert.equal(socket.pings, 0);
  mock.timers.tick(1);
  assert.equal(socket.pings, 1);
  mock.timers.tick(TUNING.answer);
  assert.deepEqual(lost, ["it does not answer"]);
});

test("with the acknowledgement the patience is long again", () => {
  const messages = ["hello"];
  const { connection, socket } = online(messages);
  connection.send(["PRIVMSG #lobby :hello"]);
  mock.timers.tick(TUNING.pending - 1);
  messages.length = 0;
  socket.hear(":ann PRIVMSG #lobby :hello");
  mock.timers.tick(TUNING.idle - 1);
  assert.equal(socket.pings, 0);
});
