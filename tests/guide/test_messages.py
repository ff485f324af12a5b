"""docs/messages.md holds every refusal, error and warning of the program, each with what to do, and no other."""

import sys

import pytest

from tests.terminal import ROOT
from tests.web.tools import installed, node

sys.path.insert(0, str(ROOT / "packaging"))
import message_sources
import messages

HOW = "run python packaging/messages.py, then say what to do in the cells that it names"


@pytest.fixture(scope="module")
def told():
    return messages.told(messages.PAGE.read_text(encoding="utf-8"))


def test_the_page_has_every_message_of_the_sources_and_nothing_else(told):
    node(), installed("typescript")
    listed = messages.listed()

    assert {title: set(rows) for title, rows in told.items()} == {title: set(rows) for title, rows in listed.items()}, (
        HOW
    )


def test_each_says_what_to_do(told):
    assert [cell for rows in told.values() for cell, advice in rows.items() if not advice] == [], HOW


def test_advice_is_a_sentence_without_its_full_stop(told):
    advice = {text for rows in told.values() for text in rows.values()}

    assert [text for text in advice if text.endswith(".") or not (text[0].isupper() or text[0] in "`#")] == []


SOURCES = {
    "class Odd(Exception): ...\ndef f(path):\n    raise Odd(f'{path} is odd: move it')": ["… is odd: move it"],
    "WHY = {1: 'the disk is full'}\ndef f(error):\n    raise OSError(WHY[error])": ["the disk is full"],
    "def _why(e):\n    return 'it is too late'\ndef f(e):\n    raise OSError(f'nothing was done: {_why(e)}')": [
        "nothing was done: …",
        "it is too late",
    ],
    "def f(session):\n    session.reply(Err.NOSUCHNICK, 'x', 'No such nick')": ["No such nick"],
    "def f(session):\n    text = 'Give a number'\n    session.fail('X', 'BAD_NUMBER', text=text)": ["Give a number"],
    "log.warning('the disk of %s is slow', here)": ["the disk of … is slow"],
    "log.info('somebody has connected')": [],
}


@pytest.mark.parametrize(("source", "found"), SOURCES.items())
def test_a_message_is_found_by_what_it_is_given_to(tmp_path, source, found):
    (tmp_path / "module.py").write_text(source)

    assert [row.text for row in message_sources.everything(tmp_path)] == found


def test_a_message_of_another_module_is_found(tmp_path):
    (tmp_path / "faults.py").write_text("def reason(e):\n    return 'the disk is slow'\n")
    (tmp_path / "module.py").write_text("from chover import faults\ndef f(e):\n    raise OSError(faults.reason(e))\n")

    assert [row.text for row in message_sources.everything(tmp_path)] == ["the disk is slow"]
