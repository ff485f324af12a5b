"""MOTD, LUSERS, VERSION, TIME, INFO, LIST."""

from datetime import UTC, datetime

import pytest
from tests.doubles.stage import Stage

from chover import __version__


async def test_the_message_of_the_day():
    stage = await Stage.open({"server.motd": "one\ntwo"})
    alice = await stage.enter("alice")
    answers = await alice.numerics("MOTD")
    assert [(answer[0], answer[-1]) for answer in answers[1:3]] == [("372", "- one"), ("372", "- two")]
    assert [answers[0][0], answers[-1][0]] == ["375", "376"]
    await stage.close()


async def test_no_message_of_the_day_is_said_to_be_none(stage):
    alice = await stage.enter("alice")
    assert [answer[0] for answer in await alice.numerics("MOTD")] == ["422"]


async def test_those_who_are_on_are_counted(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob")
    stage.connect()
    bob.send("MODE bob +i")
    await bob.all()
    answers = {answer[0]: answer[1:] for answer in await alice.numerics("LUSERS")}
    assert answers["251"] == ("There are 1 users and 1 invisible on 1 servers",)
    assert answers["252"][0] == "0"
    assert answers["253"][0] == "1"
    assert answers["254"][0] == "1"
    assert answers["265"][:2] == ("2", "2")
    bob.send("QUIT")
    await bob.ended()
    answers = {answer[0]: answer[1:] for answer in await alice.numerics("LUSERS")}
    assert answers["251"] == ("There are 1 users and 0 invisible on 1 servers",)
    assert answers["253"][0] == "1"
    assert answers["265"][:2] == ("1", "2")


async def test_version_time_and_info(stage):
    alice = await stage.enter("alice")
    version, *tokens = await alice.numerics("VERSION")
    assert version[1] == f"chover-{__version__}"
    assert {answer[0] for answer in tokens} == {"005"}
    [time] = await alice.numerics("TIME")
    assert abs((datetime.fromisoformat(time[2]) - datetime.now(UTC)).total_seconds()) < 60
    info = await alice.numerics("INFO")
    assert any("ljzh04" in answer[1] for answer in info)
    assert info[-1][0] == "374"


@pytest.fixture
async def listing(stage):
    alice = await stage.enter("alice", "#tea", "#teapot", "#cake")
    bob = await stage.enter("bob", "#tea")
    alice.send("TOPIC #tea :black", "MODE #cake +s")
    await stage.quiet()
    return bob


@pytest.mark.parametrize(
    ("mask", "found"),
    [
        ("", ["#tea", "#teapot"]),
        ("#tea", ["#tea"]),
        ("#TEA,#teapot", ["#tea", "#teapot"]),
        ("#cake", []),
        ("#none", []),
        ("tea", []),
        ("#T*", ["#tea", "#teapot"]),
        ("*pot", ["#teapot"]),
        ("#te?", ["#tea"]),
        ("!*pot", ["#tea"]),
        (">1", ["#tea"]),
        ("<2", ["#teapot"]),
        (">0,<2", ["#teapot"]),
        (">1,#teapot", []),
        (">x", []),
    ],
)
async def test_channels_are_listed(listing, mask, found):
    start, *rows, end = await listing.numerics(f"LIST {mask}")
    assert (start[0], end[0]) == ("321", "323")
    assert [row[1] for row in rows] == found


async def test_a_channel_is_listed_with_its_size_and_topic(listing):
    assert ("322", "#tea", "2", "black") in await listing.numerics("LIST")


async def test_what_rfc_2812_lets_a_server_leave_out_is_said_to_be(stage):
    alice = await stage.enter("alice")
    assert [answer[0] for answer in await alice.numerics("USERS", "SUMMON bob")] == ["446", "445"]
