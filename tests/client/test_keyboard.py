import pytest
from prompt_toolkit.keys import Keys

from chover.client.keyboard import REPORT, Keyboard


class Typed:
    def __init__(self):
        self.keys = []
        self.now = 100.0
        self._keyboard = Keyboard(lambda press: self.keys.append(press.key), lambda: self.now)

    def __call__(self, *chunks, pause=0.2):
        """Chunks with a pause in seconds between them; the keys that came of it."""
        for chunk in chunks:
            self._keyboard.feed(chunk)
            self._keyboard.flush()
            self.now += pause
        return self.keys


ALONE = [Keys.Escape]


@pytest.mark.parametrize(
    ("chunks", "keys"),
    [
        (["\x1b"], ALONE),
        (["\x1ba"], [Keys.Escape, "a"]),
        (["\x1b/msg"], [Keys.Escape, "/", "m", "s", "g"]),
        (["\x1b[A"], [Keys.Up]),
        (["\x1b\r"], [Keys.Escape, Keys.ControlM]),
        (["\x1b[A\x1b[B"], [Keys.Up, Keys.Down]),
        (["x\x1bOPy"], ["x", Keys.F1, "y"]),
        (["\x1b[[A"], [Keys.F1]),
        (["\x1b", "[A"], [*ALONE, Keys.Up]),
        (["\x1b", "OA"], [*ALONE, Keys.Up]),
        (["\x1b[", "A"], [Keys.Up]),
        (["\x1b[1;", "5", "C"], [Keys.ControlRight]),
        (["\x1bO", "P"], [Keys.F1]),
        (["\x1b", "/", "x"], [*ALONE, "/", "x"]),
        (["\x1b", "[", "x"], [*ALONE, "[", "x"]),
        (["\x1b", "OH no"], [*ALONE, "O", "H", " ", "n", "o"]),
        (["\x1b\x1b"], [Keys.Escape, Keys.Escape]),
    ],
)
def test_keys_are_told_apart(chunks, keys):
    assert Typed()(*chunks) == keys


@pytest.mark.parametrize("sequence", ["\x1b[97;5u", "\x1b[?62;22c", "\x1b[1;9Q", "\x1b[57441u"])
def test_a_sequence_that_means_nothing_leaves_nothing_in_the_line(sequence):
    assert Typed()(f"a{sequence}b") == ["a", "b"]


def test_a_sequence_that_was_begun_and_given_up_takes_nothing_along():
    assert Typed()("\x1b[", "/", "x") == ["/", "x"]
    assert Typed()("\x1b[", "hello", pause=2) == list("hello")


def test_the_rest_of_a_sequence_comes_within_a_second_or_is_text():
    assert Typed()("\x1b", "[A", pause=2) == [*ALONE, "[", "A"]


@pytest.mark.parametrize("cut", range(1, 18))
def test_a_paste_may_be_torn_anywhere(cut):
    text = "\x1b[200~a\x1b[31mb\x1b[201~c"
    typed = Typed()
    pasted = []
    typed._keyboard.feed_key_callback = pasted.append
    typed(text[:cut], text[cut:], pause=0.01)
    keys = [press for press in pasted if press.key is not Keys.Escape]
    assert [press.key for press in keys] == [Keys.BracketedPaste, "c"]
    assert keys[0].data == "a\x1b[31mb"


def test_the_focus_is_told():
    assert Typed()("\x1b[I\x1b[O") == [Keys.Escape, "[", "I", Keys.Escape, "[", "O"]


WHITE = "\x1b]11;rgb:ffff/ffff/ffff\x1b\\"


@pytest.mark.parametrize(
    ("chunks", "keys"),
    [
        ([WHITE], [REPORT]),
        (["a\x1b]11;rgb:00/00/00\x07b"], ["a", REPORT, "b"]),
        ([WHITE[:9], WHITE[9:]], [REPORT]),
        ([WHITE[:-1], WHITE[-1:]], [REPORT]),
        (["\x1b", WHITE[1:]], [*ALONE, REPORT]),
        (["\x1b]4;1;rgb:00/00/00\x07x"], ["x"]),
        (["\x1b]"], [Keys.Escape, "]"]),
        (["\x1b]", "x"], [Keys.Escape, "]", "x"]),
    ],
)
def test_the_answer_of_a_terminal_is_never_typed_into_the_line(chunks, keys):
    assert Typed()(*chunks) == keys
