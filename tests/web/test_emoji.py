"""One table of emoji for all clients: what one knows by a name the other knows by it, too."""

import json

import pytest
from tests.web.tools import WEB, run_node

from chover.client.emoji import emoji_of, find, known, no_emoji

TYPED = [
    *(name for name, _ in known()),
    ":thumbsup:",
    "Thumbs Up sign",
    "-1",
    "+1",
    "thumbs",
    "nothing of the kind",
    "hello there",
    "🫨",
    "lgtm 👍",
    "ok!",
    "+",
    "5",
    "é",
    "👍",
    "👍🏽",
    "👩‍💻",
    "🇩🇪",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "1️⃣",
    "❤️",
    "😀😃",
    "☎️",
    "",
]
SOUGHT = ["", "thumbs", "heart", "sun", "thu", "CAT", "e"]
ASK = """
const {{ emojiOf, findEmoji, noEmoji }} = await import({module});
const pairs = (text) => findEmoji(text, 40).map(({{ name, emoji }}) => [name, emoji]);
console.log(JSON.stringify([{typed}.map(emojiOf), {sought}.map(pairs), {typed}.slice(-20).map(noEmoji)]));
"""


@pytest.fixture(scope="module")
def in_the_browser():
    """What becomes of each text there: the emoji, what is found, what is said of a name that is none."""
    words = {"module": (WEB / "emoji.js").as_uri(), "typed": TYPED, "sought": SOUGHT}
    script = ASK.format(**{name: json.dumps(value) for name, value in words.items()})
    done = run_node("--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--input-type=module", "-e", script)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_text_means_the_same_emoji_in_every_client(in_the_browser):
    assert dict(zip(TYPED, in_the_browser[0], strict=True)) == {text: emoji_of(text) for text in TYPED}


def test_the_same_is_found_by_the_same_letters_in_the_same_order(in_the_browser):
    assert [[tuple(pair) for pair in found] for found in in_the_browser[1]] == [find(text, 40) for text in SOUGHT]


def test_the_same_is_said_of_a_name_that_is_none(in_the_browser):
    assert in_the_browser[2] == [no_emoji(text) for text in TYPED[-20:]]
