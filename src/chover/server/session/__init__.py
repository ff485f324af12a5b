"""One connection of a user, without its socket, and what its handlers work with.

The states of a session, by the attributes that hold them:

- **Registering** (``user is None``). ``registration`` collects what NICK, USER, CAP, PASS and AUTHENTICATE say. The
  only commands that run are those marked for it. ``keepalive`` ends a session that does not finish in time.
- **Registered** (``user`` is set, by ``registered``). The user may be new, or an account's user whom the session joins
  as another device. Delivery now gives the session what its channels bring, and ``keepalive`` asks silent peers with
  PING.
- **Ending** (``ending`` holds the reason). Either ``end`` said ERROR and discarded the lines that were waiting, or the
  peer is gone (``lost``) and its last lines are still handled, up to a bound. Nothing more is read.
- **Over.** Once nothing runs and nothing is being written, ``left`` is called once. The user leaves with its last
  session.

Within the first two states ``lines`` (input_queue.py) decides when the next line is handled:

- **Idle:** at once.
- **Busy** (``lines.busy``): a command waits for the store or another collaborator; the next line waits for it.
- **Pending** (``lines.pending``): messages are on their way to the store. More messages to a single target may follow,
  up to a bound. Any other line waits until all are settled, so that a PONG means that everything before it was kept.
- **Resting:** the flood control lets the next line through later.

When too many lines wait, the peer is not read from. When too much waits to be written, the session is ended, and the
client gets the rest from history.
"""
