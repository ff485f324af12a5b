"""A conversation that one may not read answers exactly like one that does not exist."""

import pytest

from chover.wire.message import parse

ASKED = [
    "MODE {}", "MODE {} b", "MODE {} +z", "MODE {} +m", "MODE {} +b eve", "TOPIC {}", "TOPIC {} :x",
    "KICK {} alice", "PART {}", "INVITE eve {}", "RENAME {} #new", "NAMES {}", "WHO {}", "LIST {}",
    "PRIVMSG {} :hi", "PRIVMSG @{} :hi", "NOTICE {} :hi", "@+typing=active TAGMSG {}",
    "@+draft/react=x;+draft/reply={msgid} TAGMSG {}", "REDACT {} {msgid}", "EDIT {} {msgid} :x", "MARKREAD {}",
    "METADATA {} LIST", "METADATA {} GET url", "METADATA {} SET url :https://example.org/",
    "CHATHISTORY LATEST {} * 10", "CHATHISTORY BEFORE {} msgid={msgid} 10", "SEARCH in={};text=first",
    "RELAYMSG {} a/b :x", "NPC {} n :x", "SCENE {} :x", "REPORT alice {} :x", "SearchServ first in:{}",
    "SearchServ READ {}", "CS INFO {}", "CS REGISTER {}", "CS UNREGISTER {}", "CS ACCESS {} LIST",
    "CS ACCESS {} ADD eve op", "CS OP {}", "CS SET {} HISTORY none", "CS REPORTS {}", "CS INVITE-LINK {}",
    "CS KICKBAN {} alice", "CS TRANSFER {} eve",
]  # fmt: skip


@pytest.mark.parametrize("caps", ["", "message-tags standard-replies soju.im/search"])
@pytest.mark.parametrize("line", ASKED)
async def test_a_secret_channel_answers_like_one_that_is_not_there(stage, line, caps):
    alice = await stage.enter("alice", "#tea", caps="message-tags echo-message")
    alice.send("MODE #tea +s", "PRIVMSG #tea :first")
    msgid = parse(await alice.expect("PRIVMSG #tea :first")).tags["msgid"]
    eve = await stage.enter("eve", caps=caps)
    await eve.all()

    async def answer(name):
        eve.send(line.format(name, msgid=msgid))
        return [told.replace(name, "#it") for told in await eve.all()]

    assert await answer("#Tea") == await answer("#Pot")


async def test_anyone_who_is_invited_or_has_a_place_there_is_answered(stage):
    alice = await stage.enter("alice", "#tea")
    bob = await stage.enter("bob")
    alice.send("MODE #tea +s", "INVITE bob #tea")
    await alice.all()
    await bob.all()
    assert [numeric for numeric, *_ in await bob.numerics("MODE #tea")] == ["324", "329"]


async def test_a_secret_channel_that_hears_those_outside_hears_them(stage):
    alice = await stage.enter("alice", "#tea")
    alice.send("MODE #tea +s-n")
    bob = await stage.enter("bob")
    await bob.all()
    bob.send("PRIVMSG #tea :a word")
    await alice.expect("PRIVMSG #tea :a word")
