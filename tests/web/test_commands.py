"""One table of commands for all clients: each row can be done in each of them, or the table says why not."""

import json
import re
from collections import Counter

import pytest
from tests.web.tools import WEB, run_node

from chover.client.commands import COMMANDS, RUNS

CLIENTS = {"terminal", "reader", "classic", "web"}


@pytest.fixture(scope="module")
def handled_by_the_page():
    script = (
        f"const {{ RUNS }} = await import({json.dumps((WEB / 'commands.js').as_uri())});"
        "console.log(JSON.stringify(Object.keys(RUNS)));"
    )
    done = run_node("--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--input-type=module", "-e", script)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def test_every_command_is_handled_by_the_page_or_says_why_not(handled_by_the_page):
    assert handled_by_the_page == {row.name for row in COMMANDS.values() if "web" not in row.impossible}


def test_every_command_is_handled_by_the_program_or_says_why_not():
    assert set(RUNS) == {
        row.name for row in COMMANDS.values() if not {"terminal", "reader", "classic"} <= set(row.impossible)
    }


@pytest.mark.parametrize("row", COMMANDS.values(), ids=COMMANDS)
def test_a_reason_is_given_for_a_client_that_there_is(row):
    assert set(row.impossible) <= CLIENTS
    assert all(len(reason.split()) > 2 and not reason.endswith(".") for reason in row.impossible.values())


def test_no_name_means_two_things():
    named = Counter(word for row in COMMANDS.values() for word in (row.name, *row.aliases))
    assert [word for word, times in named.items() if times > 1] == []
    alone = [word for row in COMMANDS.values() for word in row.alone]
    assert all(named[word] == 1 for word in alone), "what means something else alone means something otherwise, too"


def test_no_client_has_a_table_of_its_own():
    for path in [WEB / "commands.js", *(WEB / "commands").glob("*.js")]:
        assert not re.search(r'\b(?:usage|help): "', path.read_text()), path.name
