"""Events as the server would make them, and appending without callbacks."""

import asyncio
import itertools

from chover.engine.events import Event, Joined, Opened, Said, Source
from chover.engine.ids import LogId, UserId
from chover.ports import Append

ALICE = Source(UserId("g1"), "alice", "al", "a.cloak")
BOB = Source(UserId("g2"), "bob", "bo", "b.cloak", "bob")
TEA = LogId("c1")
MILK = LogId("c2")
PAIR = LogId("pg1:g2")

_numbers = itertools.count(1)


def event(body, log=TEA, source=ALICE, *, at=1000, nonce="", msgid=""):
    return Event(log, source, body, msgid or f"m{next(_numbers)}", 0, at, nonce)


def said(text="x", log=TEA, source=ALICE, **envelope):
    return event(Said(text), log, source, **envelope)


def alone(happened):
    """An append of one event."""
    return Append([happened])


def opening(log=TEA, name="#tea", *joined):
    """A channel begins, with members."""
    members = [event(Joined("o" if member is joined[0] else ""), log, member) for member in joined]
    return Append([event(Opened(name, "nt"), log, at=900), *members])


async def outcomes(store, *appends):
    """Append them as one group; what became of each."""
    done = asyncio.get_running_loop().create_future()
    store.append(appends, done.set_result)
    return await done


async def outcome(store, append):
    return (await outcomes(store, append))[0]


async def keep(store, *happened):
    """Append each event by itself, in one group, and see that all are kept."""
    told = await outcomes(store, *map(alone, happened))
    assert [type(one).__name__ for one in told] == ["Committed"] * len(happened), told
    return list(happened)


async def whole_log(store, log=TEA):
    return await store.between(log, 0, 1 << 40)


def texts(events):
    return [one.body.text for one in events]
