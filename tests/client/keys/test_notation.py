import pytest

from chover.client.keys.notation import NoKey, parse, show


@pytest.mark.parametrize(
    ("written", "chord", "shown"),
    [
        ("alt-a", ("escape", "a"), "Alt-A"),
        ("Alt-Shift-A", ("escape", "A"), "Alt-Shift-A"),
        ("Ctrl-X Ctrl-E", ("c-x", "c-e"), "Ctrl-X Ctrl-E"),
        ("CTRL-space", ("c-@",), "Ctrl-Space"),
        ("Alt--", ("escape", "-"), "Alt--"),
        ("Shift-Tab", ("s-tab",), "Shift-Tab"),
        ("Ctrl-Shift-Left", ("c-s-left",), "Ctrl-Shift-←"),
        ("Alt-PageUp", ("escape", "pageup"), "Alt-PgUp"),
        ("f12", ("f12",), "F12"),
        ("Esc", ("escape",), "Esc"),
        ("return", ("c-m",), "Enter"),
        ("k", ("k",), "k"),
        ("=", ("=",), "="),
    ],
)
def test_a_key_is_read_as_people_write_it_and_shown_in_one_form(written, chord, shown):
    assert parse(written) == chord
    assert show(chord) == shown
    assert parse(shown) == chord


@pytest.mark.parametrize(
    "written", ["", "Alt-", "Hyper-X", "Ctrl-1x", "Ctrl-Enterr", "F25", "a b c", "Ctrl-Ä", "Shift-F99"]
)
def test_what_is_no_key_is_refused_with_an_example(written):
    with pytest.raises(NoKey, match=r"Alt-|at most 2"):
        parse(written)
