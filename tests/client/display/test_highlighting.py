"""The tokens of code, as both clients read them; tests/web/units runs the same cases (tests/highlighting.json)."""

import json
import re
from pathlib import Path

import pytest

from chover.client.display.highlighting import COLOURED, Languages, code_tokens
from chover.client.display.message import message_lines
from chover.client.display.theme import Theme
from chover.client.tables import load
from tests.client.display.regex_steps import steps

CASES = json.loads((Path(__file__).parents[2] / "highlighting.json").read_text(encoding="utf-8"))
TABLE = load("languages", Languages)
HOSTILE = [
    '"',
    "'",
    "`",
    "\\",
    "/*",
    "<!--",
    "[",
    "](",
    "=/",
    "a",
    " ",
    "#",
    "{",
    "$",
    "${",
    "**",
    "- ",
    "'a",
    "/\\",
    "<a",
    '="',
    "-",
    "1",
    "1e",
    "é",
    "\n",
    "@",
    "r'",
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['language']}: {case['code'][:30]}" for case in CASES])
def test_the_tokens_of_code(case):
    assert [list(token) for token in code_tokens(case["code"], case["language"])] == case["shown"]


def test_what_is_beyond_the_bound_stays_plain_and_nothing_is_lost():
    code = "x = 'y'\n" * COLOURED
    tokens = code_tokens(code, "py")
    assert "".join(token.text for token in tokens) == code
    assert len(tokens) <= COLOURED + 1
    assert tokens[-1].kind == ""
    assert len(tokens[-1].text) >= len(code) - COLOURED


@pytest.mark.parametrize("language", [language.names[0] for language in TABLE.languages])
def test_whatever_is_in_code_all_of_it_is_shown(language):
    for part in HOSTILE:
        code = f"{part}{part}x {part}\n{part}" * 9
        assert "".join(token.text for token in code_tokens(code, language)) == code


@pytest.mark.parametrize("language", TABLE.languages, ids=lambda language: language.names[0])
def test_twice_the_code_takes_twice_the_steps(language):
    pattern = "|".join(f"({TABLE.patterns[name]})" for name in (*(rule for _, rule in language.rules), language.word))
    for part in HOSTILE:
        once, twice = (steps(pattern, part * (length // len(part))) for length in (40, 80))
        assert twice < 2.4 * once + 100, part


@pytest.mark.parametrize("name", sorted(TABLE.patterns))
def test_a_rule_captures_nothing(name):
    assert re.compile(TABLE.patterns[name], re.ASCII).groups == 0


def test_the_kinds_of_all_rules_have_a_colour_in_every_theme():
    kinds = {kind for language in TABLE.languages for kind in (*dict(language.rules), *language.words)}
    assert kinds == {"comment", "string", "keyword", "number", "name", "added", "removed"}
    assert all(Theme(name).sgr(f"code-{kind}") for kind in kinds for name in ("auto", "light", "dark", "none"))


def test_a_code_block_with_a_language_is_coloured_line_by_line():
    lines = message_lines("```py\ndef f():\n\n    '''a\nb'''\n```")
    shown = [[(span.text, span.style.token) for span in line.spans] for line in lines]
    assert shown == [
        [("def", "keyword"), (" ", ""), ("f", "name"), ("():", "")],
        [("", "")],
        [("    ", ""), ("'''a", "string")],
        [("b'''", "string")],
    ]


def test_control_sequences_in_code_stay_harmless():
    spans = [span for line in message_lines("```py\nx = '\x1b[31m\u202e'\n```") for span in line.spans]
    assert "".join(span.text for span in spans) == "x = '[31m'"


@pytest.mark.parametrize(
    ("theme", "ground", "least"), [("light", 255, 4.5), ("dark", 0, 4.5), ("auto", 255, 3.5), ("auto", 0, 3.5)]
)
def test_each_colour_of_code_can_be_read(theme, ground, least):
    for kind in ("comment", "string", "keyword", "number", "name", "added", "removed"):
        number = int(Theme(theme).sgr(f"code-{kind}").split(";")[2])
        assert contrast(colour_of(number), (ground,) * 3) >= least, (theme, kind, number)


def colour_of(number):
    """Of the palette of 256, behind the sixteen that each terminal chooses."""
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    steps = (0, 95, 135, 175, 215, 255)
    return tuple(steps[(number - 16) // each % 6] for each in (36, 6, 1))


def contrast(first, second):
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    low, high = sorted(map(luminance, (first, second)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour):
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
