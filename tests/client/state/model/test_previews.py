"""Previews of links: which are asked for, and what is known."""

import pytest

from chover.client.state.model.previews import AT_ONCE, KEPT, PATIENCE, PagePreviews
from chover.wire.message import Message

URL = "https://example.org/a"


def told(previews, msgid="m1", url=URL, **said):
    tags = {f"chover.chat/{name}": value for name, value in {"url": url, **said}.items()}
    previews.told(Message("PREVIEW", ["#tea", msgid], "server", tags))


@pytest.fixture
def previews():
    return PagePreviews()


def test_a_page_is_asked_for_once(previews):
    assert previews.ask("#tea", "m1", URL, 0) == f"PREVIEW #tea m1 {URL}"
    assert previews.ask("#tea", "m1", URL, 1) == ""
    told(previews, title="Tea", site="Example", description="All of it")
    assert previews.of("m1", URL) == ("Tea", "All of it", "Example")
    assert previews.ask("#tea", "m1", URL, 2 * PATIENCE) == ""


def test_a_page_without_a_preview_is_not_asked_for_again(previews):
    previews.ask("#tea", "m1", URL, 0)
    told(previews)
    assert previews.of("m1", URL) is None
    assert previews.ask("#tea", "m1", URL, 2 * PATIENCE) == ""


def test_an_answer_that_never_came_is_asked_for_again_later(previews):
    previews.ask("#tea", "m1", URL, 0)
    assert previews.ask("#tea", "m1", URL, PATIENCE - 1) == ""
    assert previews.ask("#tea", "m1", URL, PATIENCE) != ""


def test_few_pages_are_asked_for_at_a_time(previews):
    asked = [previews.ask("#tea", f"m{number}", URL, 0) for number in range(AT_ONCE + 1)]
    assert [bool(line) for line in asked] == [True] * AT_ONCE + [False]
    told(previews, "m0")
    assert previews.ask("#tea", f"m{AT_ONCE}", URL, 1) != ""


def test_a_refusal_is_an_answer(previews):
    previews.ask("#tea", "m1", URL, 0)
    previews.refused("m1")
    assert previews.of("m1", URL) is None
    assert previews.ask("#tea", "m1", URL, 2 * PATIENCE) == ""


def test_controls_in_what_a_page_says_are_not_kept(previews):
    told(previews, title="a\x1b[31m\u202eb\x07", description="c\nd", site="e\x9b")
    assert previews.of("m1", URL) == ("a[31mb", "c d", "e")


def test_only_so_many_answers_are_kept(previews):
    for number in range(KEPT + 1):
        told(previews, f"m{number}", title="Tea")
    assert previews.of("m0", URL) is None
    assert previews.of(f"m{KEPT}", URL) is not None
