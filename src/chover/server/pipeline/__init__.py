"""The path of a message: from the decision of a verb until it is acknowledged and delivered.

1. **Submit.** A verb of the engine has returned an ``Append``: events, and the rules versions that it was decided on.
   The session wraps it into a ``PendingAppend``, which knows whom to answer and under which label, and gives it to
   the ledger. ``Ledger.submit`` stamps every event with a msgid and the time. ``Ledger.commit`` is the same for a
   handler that waits: it decides again as often as the outcome is a conflict.
2. **Append.** At the end of the turn the ledger gives everything that has come together to the store, as one group.
   The store commits it in one transaction: events get their ``seq``, and the tables of the current state follow. Each
   append has an outcome of its own: committed, repeated (the nonce is known), conflict (the rules have changed),
   vanished (its target is gone), or failed. While a group is being written the next one collects.
3. **Publish.** The ledger gives the events that were committed to the bus, which carries them to every node, this one
   included. A group that is followed by another waits for it, two milliseconds at most. Presence, which is in no log,
   skips the store unless something before it is being written.
4. **Apply.** ``Feed.receive`` brings events into the order of their logs, each once; it fills gaps from the store.
   Then the host has the engine change its state. An event may turn out to have no effect, because it lost a race.
5. **Deliver.** The fanout (``chover.server.delivery``) gives each event that took effect to the sessions that should
   see it. Departures are delivered just before they are applied, while those who share a channel are still known. The
   ledger finds the pending append by its msgid, so the author's session gets the echo, with the label.
6. **Settle.** The ledger calls ``PendingAppend.settle`` with the outcome, after delivery. Only now may the author's
   next command run, unless it is another message.

**A message is acknowledged** when its author gets the echo in step 5; without echo-message, the reply to its label, or
the PONG to a PING sent after it, does the same. The server has kept it by then and remembers its nonce. The client
drops the message from its outbox (``client/state/delivery.py``, ``web/state/delivery.js``). If the connection is lost
earlier, the client sends the message again with the same nonce: step 2 then answers "repeated", nothing is inserted,
and the author gets the echo of the original. If the store fails, the author gets FAIL CANNOT_SAVE and nobody saw it.

Nobody sees an event before step 2 has made it durable. What anybody has seen is therefore never lost.
"""
