"""Hooks over HTTP."""

import aiohttp
import pytest

from chover.edge.web.hooks import MOST_BYTES
from chover.engine.ids import LogId
from chover.ports import Hook, NotPosted

HOOK = Hook("h1", LogId("c1"), "deploys", "operator", 1)


class FakeHooks:
    """One hook, whose token is secret."""

    def __init__(self):
        self.posts = []
        self.refusal = None

    def find(self, token):
        if token != "secret":
            raise NotPosted(404, "There is no such hook")
        return HOOK, "#ops"

    async def post(self, token, body, headers):
        self.find(token)
        if self.refusal:
            raise self.refusal
        self.posts.append((body, headers))


@pytest.fixture
async def site(port):
    port.host.hooks = FakeHooks()
    await port.open()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port.number}") as session:
        yield session


async def test_a_post_is_given_on_as_it_came(site, port):
    async with site.post("/hooks/secret", data=b"hello", headers={"X-GitHub-Event": "ping"}) as answer:
        assert (answer.status, await answer.text()) == (200, "ok\n")
    [(body, headers)] = port.host.hooks.posts
    assert body == b"hello"
    assert headers["x-github-event"] == "ping"


async def test_a_get_says_how_to_use_it_and_posts_nothing(site, port):
    async with site.get("/hooks/secret") as answer:
        assert answer.status == 200
        assert "works: it speaks in #ops as deploys" in await answer.text()
        assert answer.headers["Cache-Control"] == "no-store"
    assert not port.host.hooks.posts


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_token_that_is_none_is_told_so(site, method):
    async with site.request(method, "/hooks/wrong", data=b"hello") as answer:
        assert (answer.status, await answer.text()) == (404, "There is no such hook\n")


async def test_as_much_as_may_be_is_taken_and_one_byte_more_is_not(site, port):
    async with site.post("/hooks/secret", data=b"x" * MOST_BYTES) as answer:
        assert answer.status == 200
    async with site.post("/hooks/secret", data=b"x" * (MOST_BYTES + 1)) as answer:
        assert (answer.status, await answer.text()) == (413, f"A post has at most {MOST_BYTES} bytes\n")
    assert [len(body) for body, _ in port.host.hooks.posts] == [MOST_BYTES]


async def test_why_nothing_was_said_is_the_answer_and_when_to_try_again(site, port):
    port.host.hooks.refusal = NotPosted(429, "Too often", 1.2)
    async with site.post("/hooks/secret", data=b"hello") as answer:
        assert (answer.status, await answer.text(), answer.headers["Retry-After"]) == (429, "Too often\n", "2")


async def test_where_there_are_no_hooks_nobody_finds_one(port):
    await port.open()
    async with aiohttp.ClientSession() as session, session.post(f"http://127.0.0.1:{port.number}/hooks/x") as answer:
        assert answer.status == 404


async def test_a_bug_does_not_tell_the_token_to_the_log(site, port, caplog):
    port.host.hooks.refusal = RuntimeError("a bug")
    async with site.post("/hooks/secret", data=b"hello") as answer:
        assert answer.status == 500
    assert "a web request failed: POST /hooks" in caplog.text
    assert "secret" not in caplog.records[0].getMessage()
