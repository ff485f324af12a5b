"""Refusals in the words of the page's table, for people who read another language; in English the server's own."""

import pytest

from chover import i18n
from chover.client.display import refusals
from chover.client.display.refusals import in_words, told
from chover.wire.message import parse

OPERATORS_ONLY = ":srv 482 ann #tea :You're not a channel operator"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (":srv 401 ann bob :No such nick", "Hier ist niemand mit dem Namen bob."),
        (":srv 474 ann #tea :Cannot join channel (+b)", "Du bist in #tea gesperrt."),
        (
            "FAIL REGISTER ACCOUNT_EXISTS ann :This nick is taken; ann2 is free",
            "Dieser Name ist vergeben. ann2 ist frei.",
        ),
        (
            ":srv 432 ann x y :Erroneous nickname: a nick has at least one character",
            "ein Name hat mindestens ein Zeichen",
        ),
    ],
)
def test_what_the_server_refuses_is_told_in_german(line, words):
    with i18n.speaking("de"):
        assert words in told(parse(line))


def test_in_english_the_server_has_the_word():
    assert in_words(parse(OPERATORS_ONLY)) == ""
    assert told(parse(OPERATORS_ONLY)) == "You're not a channel operator"


def test_in_english_a_refusal_about_two_things_is_a_sentence_too():
    assert told(parse(":srv 443 ann bob #tea :is already on channel")) == "bob is in #tea already."


@pytest.mark.parametrize(
    "line",
    [
        ":srv 499 ann #tea :Nobody knows this numeric",
        "FAIL EDIT NEVER_HEARD_OF :Something",
        ":srv 474 :Cannot join",
        ":srv 908 ann EXTERNAL :are available SASL mechanisms",
        "FAIL X",
    ],
)
def test_what_the_table_does_not_know_and_what_only_a_page_needs_is_told_as_it_is(line):
    message = parse(line)
    with i18n.speaking("de"):
        assert told(message) == message.params[-1]


def test_nothing_in_a_refusal_is_read_as_a_place_or_reaches_the_terminal_raw():
    with i18n.speaking("de"):
        shown = told(parse(":srv 401 ann {1}{a}\x1b[2J :No such nick"))
    assert "{1}{a}" in shown
    assert "\x1b" not in shown


def test_each_form_of_the_table_is_found_with_all_of_its_values():
    forms = [(code, form, words) for code, pairs in refusals._refusals().items() for form, words in pairs]
    assert len(forms) > 100
    with i18n.speaking("de"):
        for code, form, words in forms:
            said = form.replace("…", "7")
            command = f":s {code} ann #tea #two" if code.isdigit() else f"FAIL X {code} #tea #two"
            shown = in_words(parse(f"{command} :{said}"))
            assert "{" not in shown, (code, form)
            assert shown or refusals._OF_A_PAGE.search(words), (code, form)
