"""Every refusal of the engine has a line."""

import pytest

from chover.engine.refusals import Refusal, Why
from chover.server.session.refusal_lines import LINES, FailLine, line_of
from chover.wire.numerics import Err


@pytest.mark.parametrize("why", Why)
def test_every_refusal_has_a_line_for_people(why):
    numeric, params = line_of(Refusal(why, "#tea", hint="some {odd} hint"))
    assert isinstance(numeric, Err | FailLine)
    assert params[0] == "#tea"
    assert " " in params[-1] or params[-1].istitle()


@pytest.mark.parametrize("why", [why for why, line in LINES.items() if "{hint}" in line.text])
def test_a_hint_is_shown_where_there_is_a_place_for_it(why):
    assert "try again" in line_of(Refusal(why, hint="try again"))[1][-1]
