"""Every kind of event is handled by each part of the server, or its row says why that part does nothing about it."""

import pytest
from tests.engine.test_events import ALICE, BODIES, LOG

from chover.engine import apply
from chover.engine.events import SPOKEN, Event, Known, Said, bodies_where
from chover.engine.ids import NOWHERE
from chover.engine.kinds import KINDS, Subsystem
from chover.server.delivery.audience import BEFORE_APPLY
from chover.server.delivery.fanout import HANDLERS
from chover.server.delivery.render import render
from chover.server.history.pager import HIDDEN
from chover.store import projection, search_query
from chover.store.edits import TOUCHING
from chover.store.sqlite.log import places
from chover.store.sqlite.search import follower

BODY_OF = {body.__struct_config__.tag: body for body in Known.__args__}
SAMPLES = {body.__struct_config__.tag: body for body in BODIES}
ANY_READER = -1
"""Has all capabilities."""


def drawn(kind):
    return any(
        render(Event(log, ALICE, SAMPLES[kind]), key, "#tea") for log in (LOG, NOWHERE) for key in (0, ANY_READER)
    )


HANDLED = {
    Subsystem.APPLY: lambda kind: BODY_OF[kind] in apply._HANDLERS,
    Subsystem.PROJECTION: lambda kind: BODY_OF[kind] in projection._RULES,
    Subsystem.DELIVERY: lambda kind: BODY_OF[kind] in HANDLERS,
    Subsystem.RENDERING: drawn,
    Subsystem.PAGING: lambda kind: KINDS[kind].kept and BODY_OF[kind] not in HIDDEN,
    Subsystem.INDEX: lambda kind: f"'{kind}'" in follower._PLAN + follower._TOUCHED,
}


def test_every_kind_has_a_body_and_a_row():
    assert KINDS.keys() == BODY_OF.keys()


@pytest.mark.parametrize("part", Subsystem, ids=lambda part: part.name.lower())
@pytest.mark.parametrize("kind", KINDS)
def test_a_part_handles_a_kind_or_the_row_says_why_not(kind, part):
    assert HANDLED[part](kind) is not bool(KINDS[kind].absent.get(part))


def test_what_has_text_is_what_the_index_takes():
    samples = {**SAMPLES, "said": Said("hello")}
    found = {kind for kind, body in samples.items() if search_query.said(Event(LOG, ALICE, body)) is not None}

    # Of an edit the index takes the message that it has changed.
    assert found | {"edited"} == {kind for kind, row in KINDS.items() if row.has_text}


def test_what_rewrites_a_place_is_done_by_the_store():
    assert bodies_where(lambda kind: kind.rewrites) < TOUCHING


def test_pages_of_messages_read_the_kinds_that_an_upgrade_has_noted():
    # Another kind needs an upgrade that fills message_span again (upgrades/versions/0016).
    assert places.MESSAGE_KINDS == ("said", "redacted", "edited")


def test_what_is_spoken_or_departs():
    assert {body.__struct_config__.tag for body in SPOKEN} == {"said", "tagged", "marked", "blanked"}
    assert {body.__struct_config__.tag for body in BEFORE_APPLY} == {"parted", "kicked", "quit", "renamed", "closed"}


def test_what_history_hides_has_a_place_in_a_log():
    assert {body.__struct_config__.tag for body in HIDDEN if body in BODY_OF.values()} == {
        "access",
        "metadata",
        "channel-renamed",
        "history",
        "opened",
        "closed",
        "invited",
        "identified",
        "blanked",
    }
