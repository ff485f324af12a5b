"""Drafts: kept whole with the account, told to its other devices, to nobody else."""

import pytest

from chover.ports import AccountSettings, Draft, StoreError
from chover.server.profile import drafts
from chover.wire.message import LINE_BYTES

CAPS = "batch draft/multiline labeled-response chover.chat/drafts draft/channel-rename"


@pytest.fixture
async def alice(stage):
    stage.accounts.add("alice")
    return await device(stage)


async def device(stage, label="", caps=CAPS, channels=()):
    return await stage.enter("alice", *channels, caps=caps, login=f"alice@{label}" if label else "alice")


def whole(messages):
    """The drafts in some lines, those of several put together: target, msgid, text."""
    found, texts = [], {}
    for message in messages:
        name = message.tags.get("batch", "")
        if message.command == "BATCH" and message.params[1:2] == ["draft/multiline"]:
            texts[message.params[0][1:]] = None
        elif message.command == "DRAFT" and name in texts:
            target, reply, text = message.params
            if texts[name] is None:
                texts[name] = ""
            else:
                text = ("" if "draft/multiline-concat" in message.tags else "\n") + text
            texts[name] += text
            about = (target, reply)
        elif message.command == "BATCH" and message.params[0][1:] in texts:
            found.append((*about, texts.pop(message.params[0][1:])))
        elif message.command == "DRAFT":
            found.append(tuple(message.params))
    return found


def kept(stage):
    return stage.accounts.find("alice").settings.drafts


def several(target, reply, *texts):
    """A draft in a batch; a text that begins with a + goes on in the line before."""
    inside = [
        f"@batch=d{';draft/multiline-concat' if text.startswith('+') else ''} DRAFT {target} {reply} "
        f":{text.removeprefix('+')}"
        for text in texts
    ]
    return [f"@label=x BATCH +d draft/multiline {target}", *inside, "BATCH -d"]


async def refused(wire, *lines):
    await wire.all()
    wire.send(*lines)
    return [tuple(m.params[:-1]) for m in await wire.messages() if m.command == "FAIL"]


async def test_a_draft_is_kept_and_told_to_the_other_devices_alone(stage, alice):
    phone, plain = await device(stage, "phone"), await device(stage, "plain", caps="batch")
    bob = await stage.enter("bob", caps=CAPS)
    for wire in (alice, phone, plain, bob):
        await wire.all()
    alice.send("@label=1 DRAFT #tea m1 :half a thought")
    [answer] = await alice.messages()
    assert (answer.command, answer.tags["label"]) == ("ACK", "1")
    assert kept(stage) == {"#tea": Draft("#tea", "half a thought", "m1")}
    assert whole(await phone.messages()) == [("#tea", "m1", "half a thought")]
    assert await plain.all() == await bob.all() == []


async def test_an_empty_one_takes_it_away_everywhere(stage, alice):
    phone = await device(stage, "phone")
    alice.send("DRAFT Bob * :hey", "DRAFT bob * :", "DRAFT bob * :")
    await stage.quiet_of(alice)
    assert kept(stage) == {}
    assert whole(await phone.messages())[-2:] == [("Bob", "*", "hey"), ("bob", "*", "")]


async def test_one_of_several_long_lines_comes_whole_to_a_device_within_lines(stage, alice):
    phone = await device(stage, "phone")
    long = "word " * 70
    alice.send(*several("#tea", "m1", "first", "", long, "+" + long, "last "))
    await stage.quiet_of(alice)
    text = f"first\n\n{long}{long}\nlast "
    assert kept(stage)["#tea"] == Draft("#tea", text, "m1")
    told = await phone.all()
    assert all(len(line.partition(" ")[2].encode()) <= LINE_BYTES for line in told)
    phone.lines.clear()
    later = await stage.enter("alice", caps=CAPS, login="alice@later")
    assert ("#tea", "m1", text) in whole(later.log)


async def test_a_thread_has_a_draft_beside_that_of_its_conversation(stage, alice):
    phone = await device(stage, "phone")
    alice.send("DRAFT #tea * :for all", "DRAFT #tea thread=m1 :for the thread")
    await stage.quiet_of(alice)
    assert kept(stage) == {
        "#tea": Draft("#tea", "for all"),
        "#tea m1": Draft("#tea", "for the thread", thread="m1"),
    }
    assert whole(await phone.messages())[-2:] == [("#tea", "*", "for all"), ("#tea", "thread=m1", "for the thread")]
    later = await device(stage, "later")
    assert ("#tea", "thread=m1", "for the thread") in whole(later.log)
    alice.send("DRAFT #tea thread=m1 :")
    await stage.quiet_of(alice)
    assert kept(stage) == {"#tea": Draft("#tea", "for all")}
    assert whole(await phone.messages())[-1:] == [("#tea", "thread=m1", "")]


@pytest.mark.parametrize("about", ["thread=", "thread=" + "m" * 65])
async def test_what_begins_no_thread_has_no_draft(alice, about):
    assert await refused(alice, f"DRAFT #tea {about} :text") == [("DRAFT", "INVALID_TARGET", "#tea")]


async def test_a_refusal_names_the_thread_that_it_is_about(stage):
    guest = await stage.enter("guest", caps=CAPS)
    assert await refused(guest, "DRAFT #tea thread=m1 :mine") == [("DRAFT", "ACCOUNT_REQUIRED", "#tea", "thread=m1")]


async def test_nothing_of_a_draft_is_kept_that_does_not_come_whole(stage, alice):
    await alice.numerics("DRAFT #tea * :before")
    lines = several("#tea", "*", *["x" * 400] * 11)
    assert await refused(alice, *lines) == [("BATCH", "MULTILINE_MAX_BYTES", "4096")]
    assert await refused(alice, *several("#tea", "*", *"x" * 33)) == [("BATCH", "MULTILINE_MAX_LINES", "32")]
    mixed = [lines[0], "@batch=d DRAFT #tea m1 :a", "@batch=d DRAFT #tea m2 :b", "BATCH -d"]
    assert await refused(alice, *mixed) == [("BATCH", "MULTILINE_INVALID")]
    alice.send(*lines[:3])
    alice.hang_up()
    await device(stage, "phone")
    assert kept(stage) == {"#tea": Draft("#tea", "before")}


async def test_anyone_who_comes_is_told_all_and_that_it_is_all(stage, alice):
    stage.accounts.add("carol")
    await alice.numerics("DRAFT #tea * :a", "DRAFT bob m1 :b")
    for label, there in (("phone", {("#tea", "*", "a"), ("bob", "m1", "b")}), ("tablet", set())):
        if label == "tablet":
            await alice.numerics("DRAFT #tea * :", "DRAFT bob * :")
        wire = await device(stage, label)
        opening = next(m for m in wire.log if m.command == "BATCH" and m.params[1:] == ["chover.chat/drafts"])
        assert set(whole(wire.log)) == there
        assert any(m.command == "BATCH" and m.params == ["-" + opening.params[0][1:]] for m in wire.log)


async def test_a_guest_keeps_none_here_and_finds_the_accounts_after_logging_in(stage, alice):
    await alice.numerics("DRAFT #tea * :a")
    guest = await stage.enter("guest", caps=CAPS)
    assert whole(guest.log) == []
    assert await refused(guest, "DRAFT #tea * :mine") == [("DRAFT", "ACCOUNT_REQUIRED", "#tea")]
    guest.send("PRIVMSG NickServ :IDENTIFY alice sesame")
    assert whole(await guest.messages())[-1:] == [("#tea", "*", "a")]


async def test_anyone_who_logs_out_is_told_that_there_are_none(alice):
    await alice.numerics("DRAFT #tea * :a", "NICK other")
    alice.send("PRIVMSG NickServ :LOGOUT")
    batches = [m.params for m in await alice.messages() if m.command == "BATCH"]
    assert [params[1:] for params in batches] == [["chover.chat/drafts"], []]


@pytest.mark.parametrize("target", ["*", "#", "a b", "9lives"])
async def test_what_is_no_name_has_no_draft(alice, target):
    line = f"DRAFT {target} * :x" if " " not in target else "DRAFT :a b"
    alice.send(line)
    [answer] = await alice.messages()
    assert answer.command in {"FAIL", "461"}


async def test_there_is_an_end_to_number_and_size(stage, alice):
    many = {f"n{number}": Draft(f"n{number}", "x") for number in range(drafts.MOST)}
    await stage.accounts.change(stage.accounts.find("alice").id, lambda _: AccountSettings(drafts=many))
    assert await refused(alice, "DRAFT one * :more") == [("DRAFT", "LIMIT_REACHED", "one")]
    assert await refused(alice, "DRAFT n1 * :other") == []
    big = {f"n{number}": Draft(f"n{number}", "x" * 4096) for number in range(drafts.MOST_BYTES // 4096)}
    await stage.accounts.change(stage.accounts.find("alice").id, lambda _: AccountSettings(drafts=big))
    assert await refused(alice, "DRAFT one * :more") == [("DRAFT", "LIMIT_REACHED", "one")]


async def test_a_draft_goes_with_a_channel_that_is_renamed(stage, alice):
    phone = await device(stage, "phone")
    alice.send("JOIN #tea", "DRAFT #tea m1 :half", "DRAFT #tea thread=m2 :within", "DRAFT #teapot thread=m2 :other")
    await stage.quiet()
    await phone.all()
    alice.send("RENAME #tea #coffee :x")
    await stage.quiet_of(alice)
    assert kept(stage) == {
        "#teapot m2": Draft("#teapot", "other", thread="m2"),
        "#coffee": Draft("#coffee", "half", "m1"),
        "#coffee m2": Draft("#coffee", "within", thread="m2"),
    }
    assert whole(await phone.messages()) == [
        *[("#coffee", "m1", "half"), ("#tea", "*", "")],
        *[("#coffee", "thread=m2", "within"), ("#tea", "thread=m2", "")],
    ]


async def test_when_the_disk_says_no_the_device_is_told(stage, alice, monkeypatch):
    async def full(*_):
        raise StoreError("The disk is full")

    monkeypatch.setattr(stage.accounts, "change", full)
    assert await refused(alice, "DRAFT #tea * :x") == [("DRAFT", "INTERNAL_ERROR", "#tea")]
