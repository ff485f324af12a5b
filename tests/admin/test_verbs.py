"""The operator's verbs: one table, from which requests are checked and help is made."""

import pytest

from chover.admin.verb import NotDone
from chover.admin.verbs import VERBS, parse


def test_a_line_with_a_known_verb_is_that_verb():
    verb, request = parse(b'{"verb": "who"}\n')

    assert verb is VERBS["who"]
    assert request.verb == "who"


def test_parameters_are_read_with_their_verb():
    _, request = parse('{"verb": "stop", "reason": "Umzug über Nacht"}'.encode())

    assert request.reason == "Umzug über Nacht"


def test_an_unknown_verb_is_answered_with_those_there_are():
    with pytest.raises(NotDone, match="unknown verb dance; the verbs are who, status, stop, restart, reload, "):
        parse(b'{"verb": "dance"}')


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"who", "one JSON object"),
        (b"[]", "Expected `object`"),
        (b"{}", "missing required field `verb`"),
        (b'{"verb": "stop", "reason": 5}', "Expected `str`"),
        (b'{"verb": "stop", "raeson": "x"}', "unknown field `raeson`"),
        (b'{"verb": "stop", "reason": "%s"}' % (b"x" * 301), "length <= 300"),
        (b'{"verb": "\xff"}', "one JSON object"),
    ],
)
def test_what_is_no_request_is_answered_with_what_would_be_one(line, complaint):
    with pytest.raises(NotDone) as refused:
        parse(line)

    assert complaint in str(refused.value)


def test_every_verb_and_every_parameter_has_a_meaning():
    for name, verb in VERBS.items():
        assert verb.name == name
        assert verb.meaning
        assert all(verb.parameters.values()), name
