"""One name, one emoji, in the browser as in the terminal."""

import json

import pytest
from tests.web.tools import WEB, run_node

from chover.client.emoji import EMOJI

ASK = "const {{ withEmoji }} = await import({module}); console.log(JSON.stringify({texts}.map(withEmoji)));"


@pytest.fixture(scope="module")
def in_the_browser():
    """What a text becomes there when it is sent."""
    texts = [f":{name}:" for name in EMOJI]
    script = ASK.format(module=json.dumps((WEB / "emoji.js").as_uri()), texts=json.dumps(texts))
    done = run_node("--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--input-type=module", "-e", script)
    assert done.returncode == 0, done.stderr
    return dict(zip(EMOJI, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize(("name", "mark"), EMOJI.items())
def test_a_name_that_the_terminal_knows_means_the_same_in_the_browser(in_the_browser, name, mark):
    assert in_the_browser[name] == mark
