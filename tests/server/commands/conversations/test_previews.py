"""PREVIEW (chover.chat/previews): only for what was said in a channel that one may read."""

import msgspec
import pytest

from chover.ports.files import LinkPreview

CAPS = "chover.chat/previews message-tags echo-message"
URL = "https://example.org/tea"


class Pages:
    def __init__(self):
        self.asked = []

    async def of(self, url, who):
        self.asked.append(url)
        return LinkPreview("Tea; and milk", "", "example.org", "previews/a/b", 640, 480) if url == URL else None


@pytest.fixture
async def pages(stage):
    node = stage.host.node
    outgoing = msgspec.structs.replace(node.config.outgoing, previews=True)
    stage.host.reconfigure(msgspec.structs.replace(node.config, outgoing=outgoing))
    node.previews = Pages()
    return node.previews


async def said(wire, target, text):
    wire.send(f"PRIVMSG {target} :{text}")
    return next(line.tags["msgid"] for line in await wire.messages() if line.command == "PRIVMSG")


async def test_what_a_page_says_is_in_the_tags_of_the_answer(stage, pages):
    alice = await stage.enter("alice", "#tea", caps=CAPS)
    msgid = await said(alice, "#tea", f"see {URL} and https://example.org/none")
    alice.send(f"PREVIEW #tea {msgid} {URL}", f"PREVIEW #tea {msgid} https://example.org/none")
    found = []
    while len(found) < 2:  # they come when the pages are there, after the answers to later commands
        found += [line for line in await alice.messages() if line.command == "PREVIEW"]
    assert [line.params for line in found] == [["#tea", msgid]] * 2
    assert found[0].tags == {
        "chover.chat/url": URL,
        "chover.chat/title": "Tea; and milk",
        "chover.chat/site": "example.org",
        "chover.chat/picture": "previews/a/b",
        "chover.chat/size": "640x480",
    }
    assert found[1].tags == {"chover.chat/url": "https://example.org/none"}


@pytest.mark.parametrize("url", ["https://example.org/other", "javascript:x", "x", "https://example.org/té"])
async def test_nothing_is_fetched_that_was_not_said(stage, pages, url):
    alice = await stage.enter("alice", "#tea", caps=CAPS)
    msgid = await said(alice, "#tea", f"see {URL} javascript:x https://example.org/té")
    alice.send(f"PREVIEW #tea {msgid} {url}")
    (refusal,) = await alice.messages()
    assert refusal.params[:2] == ["PREVIEW", "INVALID_PARAMS"]
    assert pages.asked == []


async def test_nothing_private_is_fetched_and_nothing_of_a_channel_that_one_is_not_in(stage, pages):
    alice, bob = await stage.enter("alice", "#tea", caps=CAPS), await stage.enter("bob", caps=CAPS)
    private = await said(alice, "bob", URL)
    alice.send(f"PREVIEW bob {private} {URL}")
    assert (await alice.messages())[-1].params[:2] == ["PREVIEW", "INVALID_PARAMS"]
    alice.send("MODE #tea +s")
    msgid = await said(alice, "#tea", URL)
    bob.send(f"PREVIEW #tea {msgid} {URL}")
    assert (await bob.messages())[-1].command == "FAIL"
    assert pages.asked == []


async def test_a_server_that_makes_none_does_not_offer_it(stage):
    alice = await stage.enter("alice", "#tea")
    alice.send("CAP LS 302", "CAP END")
    assert "chover.chat/previews" not in " ".join(map(str, await alice.messages()))
    alice.send("PREVIEW #tea x https://example.org/")
    assert (await alice.messages())[-1].params[:2] == ["PREVIEW", "NEED_CAPABILITY"]
