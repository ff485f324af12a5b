"""What Tab makes of the word before the cursor."""

import pytest
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document

from chover.client.prompt.completing import MOST, Completion, complete
from chover.client.state import State, dispatch, lifecycle
from chover.wire.message import parse
from tests.client.screen.stage import CAPS


def hears(state, *lines):
    for line in lines:
        list(dispatch.receive(state, parse(line), 1000))


@pytest.fixture
def state():
    """Alice in #lobby and #tea, where Bob, bert and Eve are, too."""
    made = State()
    lifecycle.begin(made, "Alice", CAPS, "")
    for channel in ("#tea", "#lobby"):
        hears(made, f":Alice!a@c JOIN {channel}", f":s 353 Alice = {channel} :Alice @Bob bert Eve")
        hears(made, f":s 366 Alice {channel} :End")
    made.show("#lobby")
    return made


def words(state, before, kind="terminal"):
    return complete(state, before, kind).words


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ("b", ["bert: ", "Bob: "]),
        ("B", ["bert: ", "Bob: "]),
        ("hello b", ["bert ", "Bob "]),
        ("first line\nb", ["bert ", "Bob "]),
        ("@bo", ["Bob: "]),
        ("al", []),
        ("", []),
        ("hello ", []),
        ("zz", []),
    ],
)
def test_nicks_of_those_here_and_never_our_own(state, before, found):
    assert words(state, before) == found


def test_whoever_spoke_last_is_the_first_and_coming_or_going_is_no_speaking(state):
    hears(state, "BATCH +h chathistory #lobby", "BATCH -h")
    hears(state, ":bert!b@c PRIVMSG #lobby :one", ":Bob!b@c PRIVMSG #lobby :two", ":Eve!e@c PRIVMSG #tea :elsewhere")
    hears(state, ":bella!b@c PRIVMSG #lobby :not here", ":bert!b@c TOPIC #lobby :tea")
    assert words(state, "b") == ["Bob: ", "bert: "]
    hears(state, ":bert!b@c PRIVMSG #lobby :three")
    assert words(state, "b") == ["bert: ", "Bob: "]


@pytest.mark.parametrize(
    ("before", "found"),
    [("#", ["#lobby ", "#tea "]), ("see #TE", ["#tea "]), ("/join #l", ["#lobby "]), ("#zz", [])],
)
def test_channels_stand_anywhere_in_a_line(state, before, found):
    assert words(state, before) == found


@pytest.mark.parametrize(
    ("before", "kind", "found"),
    [
        ("/topi", "terminal", ["/topic "]),
        ("/TOPI", "terminal", ["/topic "]),
        ("/leav", "terminal", ["/part "]),
        ("/undo", "terminal", ["/undo "]),
        ("/undo", "classic", []),
        ("//topi", "terminal", []),
        ("say /topi", "terminal", []),
        ("/nonsense", "terminal", []),
    ],
)
def test_commands_stand_at_the_beginning_and_are_those_that_the_front_end_offers(state, before, kind, found):
    assert words(state, before, kind) == found


def test_an_emoji_shows_its_name_and_enters_the_line_as_itself(state):
    found = complete(state, "good :tad")

    assert (found.start, found.words, found.rows) == (5, ["🎉 "], ["🎉 tada"])


@pytest.mark.parametrize("before", ["9:30", "http://tad", "a:tad"])
def test_a_colon_inside_of_a_word_begins_no_emoji(state, before):
    assert words(state, before) == []


def test_in_a_private_conversation_the_other_one_is_completed(state):
    hears(state, ":Carol!c@c PRIVMSG Alice :hi")
    state.show("carol")

    assert words(state, "hi c") == ["Carol "]


def test_without_a_conversation_there_is_nobody():
    assert complete(State(), "b").words == []


def test_a_nick_brings_nothing_into_the_line_that_a_terminal_obeys(state):
    hears(state, ":bad\x1b[31m\x07!b@c JOIN #lobby")

    assert words(state, "bad") == ["bad[31m: "]


def test_no_more_are_offered_than_can_be_looked_through(state):
    hears(state, *[f":crowd{number}!b@c JOIN #lobby" for number in range(MOST + 10)])

    assert len(words(state, "crowd")) == MOST


# ---- one after the other


class Line:
    """A line in which something is typed, and Tab pressed."""

    def __init__(self, state, text="", cursor=None):
        self.buffer = Buffer()
        self.buffer.document = Document(text, len(text) if cursor is None else cursor)
        self.completion = Completion(state, self.buffer, "terminal")

    def turns(self, *steps):
        seen = []
        for step in steps:
            self.completion.turn(step)
            seen.append(self.buffer.text)
        return seen


def test_tab_goes_through_all_that_fit_and_begins_again(state):
    assert Line(state, "b").turns(1, 1, 1, -1) == ["bert: ", "Bob: ", "bert: ", "Bob: "]


def test_shift_tab_begins_with_the_last(state):
    assert Line(state, "b").turns(-1, -1) == ["Bob: ", "bert: "]


def test_what_is_typed_afterwards_is_completed_anew(state):
    line = Line(state, "b")
    line.turns(1)
    line.buffer.insert_text("#t")

    assert line.turns(1) == ["bert: #tea "]


def test_a_blank_that_is_there_is_not_doubled_and_what_follows_stays(state):
    line = Line(state, "hi b you", cursor=4)

    assert line.turns(1) == ["hi bert you"]
    assert line.buffer.cursor_position == 7


def test_where_nothing_fits_the_line_stays_as_it_is(state):
    assert Line(state, "zz").turns(1, -1) == ["zz", "zz"]


def test_the_choice_is_shown_while_there_is_one(state):
    line = Line(state, "b")
    assert line.completion.popup() is None

    line.turns(1)
    title, rows, picked = line.completion.popup()
    assert (rows, picked) == (["bert:", "Bob:"], 0)
    assert "Tab" in title

    line.buffer.insert_text("x")
    assert line.completion.popup() is None


def test_a_single_word_is_no_choice(state):
    line = Line(state, "e")

    assert line.turns(1) == ["Eve: "]
    assert line.completion.popup() is None
