"""The page's QR codes are those of another program, for each version that the page can make."""

import json

import pytest
import segno
from tests.web.tools import HERE, run_node

FULL = (17, 32, 53, 78, 106, 134, 154, 192, 230, 271, 321, 367, 425, 458, 520)
"""The longest texts of the versions 1 to 15 at level L: how a shorter one is filled up is left to programs."""
LINK = "https://chat.example.org:55555/#invite=Jx2-_9k0aQeWzR7tYb1mNw&pin="


def made(texts, mask):
    done = run_node(HERE / "qr.mjs", json.dumps(texts), str(mask))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("mask", range(8))
def test_they_are_the_same_as_another_programs(mask):
    texts = [(LINK * 9)[:length] for length in FULL]
    theirs = [
        [
            list(row)
            for row in segno.make(
                text.encode(), error="l", boost_error=False, mode="byte", mask=mask, micro=False
            ).matrix
        ]
        for text in texts
    ]
    assert made(texts, mask) == theirs


def test_a_longer_text_has_none():
    assert made(["x" * 521], 0) == [[]]
