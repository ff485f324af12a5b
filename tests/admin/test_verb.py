"""What help is made of: a verb, and what may stand beside it."""

from typing import Annotated

import msgspec
import pytest

from chover.admin.verb import OperatorVerb, VerbRequest


class Asked(VerbRequest, frozen=True):
    name: Annotated[str, msgspec.Meta(description="Whose it is.", max_length=5)]
    most: int = 3


async def nothing(_operator, _request):
    return []


def test_a_verb_without_parameters_has_none():
    assert OperatorVerb("who", "who is on", nothing).parameters == {}


def test_parameters_are_those_of_the_request_with_what_is_said_of_each():
    assert OperatorVerb("x", "does x", nothing, Asked).parameters == {"name": "Whose it is.", "most": ""}


def test_a_verb_needs_a_running_server_unless_it_says_otherwise():
    assert not OperatorVerb("x", "does x", nothing).at_rest


def test_a_request_with_what_the_verb_does_not_know_is_none():
    with pytest.raises(msgspec.ValidationError, match="unknown field `nmae`"):
        msgspec.json.decode(b'{"verb": "x", "name": "a", "nmae": "b"}', type=Asked)
    with pytest.raises(msgspec.ValidationError, match="length <= 5"):
        msgspec.json.decode(b'{"verb": "x", "name": "abcdef"}', type=Asked)
