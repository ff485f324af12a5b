from datetime import UTC

from hypothesis import given, settings
from hypothesis import strategies as st

from chover.client.display.theme import Theme
from chover.client.screen.rendering.rows import look
from chover.client.screen.view import View
from chover.client.state import State
from chover.client.state.entries import Entry

DAY = 86_400_000
KINDS = st.sampled_from(["message", "message", "message", "join", "quit", "topic", "note"])
ENTRIES = st.lists(st.tuples(KINDS, st.text("ab ", max_size=90), st.integers(0, DAY)), max_size=40)


def viewed(entries, **options):
    state = State(keep=10_000, discovers=True)
    lobby = state.conversation("#lobby")
    at = 0
    for number, (kind, text, later) in enumerate(entries):
        at += later
        lobby.append(Entry(kind, at, f"nick{number % 3}", text, f"m{number}"))
    view = View(state, lobby)
    for name, value in options.items():
        setattr(view.rows, name, value)
    return view


def rows(view, columns, height):
    return [seen.text for seen in view.visible(look(columns, Theme("none"), UTC), height)]


def everything(view, columns):
    return rows(view, columns, 100_000)


@settings(deadline=None)
@given(ENTRIES, st.integers(20, 90), st.integers(1, 12), st.booleans())
def test_pages_back_and_forth_show_every_row_in_order(entries, columns, height, folded):
    view = viewed(entries, folded=folded)
    whole, style = everything(view, columns), look(columns, Theme("none"), UTC)
    bottom = len(whole)
    while view.up(height, style, height):
        bottom -= height
        assert rows(view, columns, height) == whole[max(bottom - height, 0) : bottom]
    assert rows(view, columns, height) == whole[:height]
    for _ in range(len(whole)):
        view.down(1, style)
    assert view.bottom is None
    assert rows(view, columns, height) == whole[-height:]


@settings(deadline=None)
@given(ENTRIES.filter(bool), st.integers(1, 12), st.data())
def test_an_entry_that_is_gone_to_is_in_sight(entries, height, data):
    view = viewed(entries, folded=False)
    number = data.draw(st.integers(0, len(entries) - 1))
    style = look(60, Theme("none"), UTC)
    view.to(number, style, height)
    assert number in [seen.number for seen in view.visible(style, height)]


@settings(deadline=None)
@given(ENTRIES.filter(bool), st.integers(1, 10))
def test_older_entries_in_front_do_not_move_what_is_seen(entries, height):
    view = viewed(entries, folded=False)
    style = look(60, Theme("none"), UTC)
    view.up(3, style, height)
    before = view.bottom
    shown = [seen.number for seen in view.visible(style, height)]
    view.conversation.prepend([Entry("message", 0, "old", "older", f"o{number}") for number in range(5)])
    if before is not None:
        assert [seen.number for seen in view.visible(style, height)][-len(shown) :][-1] == shown[-1]


def test_a_hundred_thousand_lines_are_not_wrapped_to_show_forty():
    view = viewed([("message", "x" * 50, 1000)] * 5000)
    rows(view, 60, 40)
    assert len(view.rows._cache) < 100
