"""What somebody notes for themselves by METADATA: kept with the account, told to their devices and to nobody else."""

import pytest
from tests.doubles.stage import Stage

from chover.engine.metadata import (
    BLOCKED,
    HIGHLIGHTS,
    MUTED,
    NOTIFY,
    PINNED,
    PINS,
    PRIVATE,
    SETTINGS,
)
from chover.server.profile import blocks, preferences

CAPS = "draft/metadata-3 batch draft/channel-rename"
KEYS = " ".join(PRIVATE)


@pytest.fixture
async def alice(stage):
    stage.accounts.add("alice")
    return await device(stage)


async def device(stage, name="alice", caps=CAPS, label="", channels=()):
    """One more device of an account, that wants to know all that it has noted."""
    wire = await stage.enter(name, *channels, caps=caps, login=f"{name}@{label}" if label else name)
    wire.send(f"METADATA * SUB {KEYS}")
    await wire.all()
    return wire


async def set_(wire, target, key, value="1"):
    """What setting a mark is answered: the numeric, and what is behind the target and the key."""
    answers = await wire.numerics(f"METADATA {target} SET {key} :{value}")
    [answer] = [row for row in answers if row[0] in {"761", "766", "FAIL"}]
    return answer


async def told(wire):
    """The marks that a device was told up to now."""
    return [
        (m.params[1], m.params[2], m.params[4] if m.command == "761" else None)
        for m in await wire.messages()
        if m.command in {"761", "766"}
    ]


async def kept(wire):
    """All that is said to whoever subscribes now."""
    await wire.all()
    wire.send(f"METADATA * SUB {KEYS}")
    lines = await wire.messages()
    opening, *inside, closing, confirmed = lines
    assert (opening.params[1:], closing.command) == (["metadata", "*"], "BATCH")
    assert (confirmed.command, confirmed.params[1:]) == ("770", list(PRIVATE))
    return {(m.params[1], m.params[2]): m.params[4] for m in inside}


# ---- setting and telling -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["#tea", "#nowhere", "nobody", "alice"])
@pytest.mark.parametrize(("key", "value"), [(PINNED, "1"), (MUTED, "1"), (NOTIFY, "all"), (PINS, "m1 m-2")])
async def test_it_is_about_any_channel_and_any_nick_here_or_not(stage, alice, target, key, value):
    await stage.enter("bob", "#tea")
    assert await set_(alice, target, key, value) == ("761", target, key, "*", value)
    assert await kept(alice) == {(target, key): value}


async def test_the_other_devices_are_told_at_once_and_nobody_else(stage, alice):
    phone = await device(stage, label="phone")
    bob = await stage.enter("bob", "#tea", caps=CAPS)
    bob.send(f"METADATA * SUB {KEYS}")
    alice.send("JOIN #tea")
    await stage.quiet()
    await set_(alice, "#TEA", MUTED)
    await set_(alice, "bob", PINNED)
    await set_(alice, "*", SETTINGS, "theme=dark")
    await set_(alice, "#tea", MUTED, "0")
    await set_(alice, "*", SETTINGS, "")
    assert await told(phone) == [
        ("#tea", MUTED, "1"), ("bob", PINNED, "1"), ("*", SETTINGS, "theme=dark"), ("#tea", MUTED, "0"),
        ("*", SETTINGS, None),
    ]  # fmt: skip
    assert await bob.all() == []


async def test_what_a_device_has_not_subscribed_to_it_is_not_told(stage, alice):
    phone = await stage.enter("alice", caps=CAPS, login="alice@phone")
    await phone.numerics(f"METADATA * SUB {PINNED}")
    await set_(alice, "#tea", MUTED)
    await set_(alice, "#tea", PINNED)
    assert await told(phone) == [("#tea", PINNED, "1")]


async def test_nobody_else_sees_them_whatever_they_ask(stage, alice):
    stage.accounts.add("op")
    op = await device(stage, "op", channels=["#tea"])
    alice.send("JOIN #tea")
    for target in ("#tea", "op", "alice"):
        await set_(alice, target, PINNED)
        await set_(alice, target, NOTIFY, "off")
    await set_(alice, "*", SETTINGS, "theme=dark")
    await op.all()
    op.send("METADATA *ALL SYNC", "WHOIS alice")
    for target in ("#tea", "op", "alice", "*"):
        op.send(f"METADATA {target} LIST", f"METADATA {target} SYNC")
    assert await told(op) == []
    assert [row[-1] for row in await op.numerics(f"METADATA #tea GET {PINNED}") if row[0] == "761"] == ["0"]


async def test_an_operators_own_marks_are_no_metadata_of_the_channel(stage, alice):
    alice.send("JOIN #tea")
    await set_(alice, "#tea", PINNED)
    assert stage.node.chat.find_channel("#tea").metadata == {}
    assert stage.node.chat.find_user("alice").metadata == {}
    await alice.numerics("METADATA #tea SET url https://tea.example", "METADATA #tea CLEAR", "METADATA * CLEAR")
    assert await kept(alice) == {("#tea", PINNED): "1"}


async def test_get_and_list_show_ones_own(alice):
    await set_(alice, "nobody", MUTED)
    alice.send(f"METADATA nobody GET {MUTED} {PINNED} {NOTIFY}")
    assert await told(alice) == [("nobody", MUTED, "1"), ("nobody", PINNED, "0"), ("nobody", NOTIFY, None)]
    alice.send("METADATA nobody LIST", "METADATA somebody LIST")
    lines = await alice.messages()
    assert [m.params[2] for m in lines if m.command == "761"] == [MUTED]
    assert [m.params[1:3] for m in lines if m.command == "FAIL"] == [["INVALID_TARGET", "somebody"]]


async def test_the_same_again_changes_nothing_and_is_answered(stage, alice):
    phone = await device(stage, label="phone")
    for _ in range(2):
        assert (await set_(alice, "#tea", PINNED))[-1] == "1"
    for _ in range(2):
        assert (await set_(alice, "#tea", PINNED, "0"))[-1] == "0"
    assert (await set_(alice, "#tea", NOTIFY, ""))[0] == "766"
    assert await told(phone) == [("#tea", PINNED, "1"), ("#tea", PINNED, "0")]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (f"#tea SET {PINNED} yes", ["INVALID_VALUE", PINNED]),
        (f"#tea SET {NOTIFY} sometimes", ["INVALID_VALUE", NOTIFY]),
        (f"#tea SET {PINS} :m1  m2", ["INVALID_VALUE", PINS]),
        (f"#tea SET {PINS} :{' '.join(['m'] * 160)}", ["INVALID_VALUE", PINS]),
        (f"* SET {SETTINGS} :{'x' * 301}", ["INVALID_VALUE", SETTINGS]),
        (f"* SET {SETTINGS} :a\x1bb", ["INVALID_VALUE", SETTINGS]),
        (f"* SET {PINNED} 1", ["INVALID_TARGET", "*"]),
        (f"#tea SET {SETTINGS} x", ["INVALID_TARGET", "#tea"]),
        (f"bob SET {SETTINGS} x", ["INVALID_TARGET", "bob"]),
        (f"#tea SET {BLOCKED} 1", ["INVALID_TARGET", "#tea"]),
        (f"no,nick SET {PINNED} 1", ["INVALID_TARGET", "no,nick"]),
        (f"*!*@* SET {BLOCKED} 1", ["INVALID_TARGET", "*!*@*"]),
        (f"#{'x' * 80} SET {PINNED} 1", ["INVALID_TARGET", "#" + "x" * 80]),
    ],
)
async def test_refusals(alice, line, answer):
    alice.send(f"METADATA {line}")
    [message] = await alice.messages()
    assert (message.command, message.params[:-1]) == ("FAIL", ["METADATA", *answer])
    assert await kept(alice) == {}


async def test_before_registration_there_is_nobody_to_keep_it_for(stage):
    wire = stage.connect()
    wire.send(f"CAP REQ :{CAPS}", f"METADATA * SET {SETTINGS} x", f"METADATA #tea SET {PINNED} 1")
    fails = [m.params[1] for m in await wire.messages() if m.command == "FAIL"]
    assert fails == ["KEY_NO_PERMISSION", "KEY_NO_PERMISSION"]
    assert wire.session.registration.metadata == {}


async def test_there_is_an_end_to_them_and_what_is_there_can_be_changed(alice, monkeypatch):
    monkeypatch.setattr(preferences, "MOST", 2)
    await set_(alice, "#one", PINNED)
    await set_(alice, "#two", PINNED)
    assert (await set_(alice, "#three", PINNED))[1:3] == ("LIMIT_REACHED", "#three")
    assert (await set_(alice, "#two", MUTED))[0] == "761"
    await set_(alice, "#one", PINNED, "0")
    assert (await set_(alice, "#three", PINNED))[0] == "761"


# ---- following the account -----------------------------------------------------------------------------------------


async def test_they_outlive_the_server_and_come_with_the_login(stage, alice):
    await set_(alice, "#tea", PINNED)
    await set_(alice, "eve", BLOCKED)
    again = await Stage.open(store=stage.store, accounts=stage.accounts)
    wire = again.connect()
    wire.send("CAP LS 302", f"CAP REQ :{CAPS} sasl", f"METADATA * SUB {KEYS}", "NICK alice", "USER alice 0 * :a")
    wire.send("AUTHENTICATE PLAIN", "AUTHENTICATE AGFsaWNlAHNlc2FtZQ==", "CAP END")
    assert ("#tea", PINNED, "1") in (everything := await told(wire))
    assert ("eve", BLOCKED, "1") in everything
    await again.close()


async def test_a_login_later_brings_them_and_a_guests_are_added(stage, alice):
    await set_(alice, "#tea", NOTIFY, "off")
    guest = await stage.enter("guest", caps=CAPS)
    guest.send(f"METADATA * SUB {KEYS}")
    await guest.all()
    for target, key, value in (("#tea", NOTIFY, "all"), ("#tea", MUTED, "1"), ("#cake", PINNED, "1")):
        assert (await set_(guest, target, key, value))[0] == "761"
    assert (await set_(guest, "eve", BLOCKED))[0] == "761"
    await alice.all()
    guest.send("NS IDENTIFY alice sesame")
    everything = {("#tea", NOTIFY): "off", ("#tea", MUTED): "1", ("#cake", PINNED): "1", ("eve", BLOCKED): "1"}
    assert {row[:2]: row[2] for row in await told(guest)} == everything
    assert await kept(alice) == everything


async def test_they_stay_with_the_account_when_somebody_logs_out(stage, alice):
    await set_(alice, "#tea", MUTED)
    alice.send("NS LOGOUT", "NICK somebody")
    await alice.all()
    assert await kept(alice) == {}
    assert await kept(await device(stage)) == {("#tea", MUTED): "1"}


async def test_a_guests_end_with_the_guest(stage):
    guest = await stage.enter("guest", caps=CAPS)
    await set_(guest, "#tea", MUTED)
    await set_(guest, "eve", BLOCKED)
    assert await kept(guest) == {("#tea", MUTED): "1", ("eve", BLOCKED): "1"}
    guest.send("QUIT")
    await guest.ended()
    assert await kept(await stage.enter("guest", caps=CAPS)) == {}


async def test_anyone_who_registers_keeps_what_was_noted_as_a_guest(stage):
    guest = await stage.enter("guest", caps=CAPS)
    await set_(guest, "#tea", MUTED)
    await set_(guest, "eve", BLOCKED)
    guest.send("NS REGISTER sesame")
    await guest.all()
    assert await kept(guest) == {("#tea", MUTED): "1", ("eve", BLOCKED): "1"}
    assert stage.accounts.named("guest").settings.marks.keys() == {"#tea"}


# ---- names ---------------------------------------------------------------------------------------------------------


async def test_a_channel_that_is_renamed_keeps_them(stage, alice):
    boss = await stage.enter("boss", "#tea", caps=CAPS)
    alice.send("JOIN #tea")
    await set_(alice, "#tea", PINNED)
    await set_(alice, "#tea", NOTIFY, "off")
    guest = await stage.enter("guest", "#tea", caps=CAPS)
    await set_(guest, "#tea", MUTED)
    boss.send("RENAME #tea #Coffee")
    await stage.quiet()
    assert await told(alice) == [
        ("#Coffee", PINNED, "1"), ("#Coffee", NOTIFY, "off"), ("#tea", PINNED, "0"), ("#tea", NOTIFY, None)
    ]  # fmt: skip
    assert await kept(alice) == {("#Coffee", PINNED): "1", ("#Coffee", NOTIFY): "off"}
    assert await kept(guest) == {("#Coffee", MUTED): "1"}


async def test_of_a_secret_channel_nobody_learns_the_new_name_by_them(stage, alice):
    boss = await stage.enter("boss", "#tea", caps=CAPS)
    boss.send("MODE #tea +s")
    await set_(alice, "#tea", PINNED)
    boss.send("RENAME #tea #coffee")
    await stage.quiet()
    assert await told(alice) == []
    assert await kept(alice) == {("#tea", PINNED): "1"}


async def test_how_a_secret_channel_is_written_is_not_told_to_who_does_not_know_it(stage, alice):
    boss = await stage.enter("boss", "#SecReT")
    boss.send("MODE #SecReT +s")
    await boss.all()
    assert (await set_(alice, "#secret", PINNED))[1] == "#secret"


async def test_a_mark_belongs_to_the_nick_whoever_has_it(stage, alice):
    bob = await stage.enter("bob")
    await set_(alice, "bob", MUTED)
    bob.send("NICK bobby")
    await bob.all()
    assert await kept(alice) == {("bob", MUTED): "1"}


# ---- blocking ------------------------------------------------------------------------------------------------------


async def test_anyone_who_is_blocked_stands_in_the_list_of_silence_and_is_not_heard(stage, alice):
    eve = await stage.enter("eve")
    assert await set_(alice, "Eve", BLOCKED) == ("761", "eve", BLOCKED, "*", "1")
    assert [row[1] for row in await alice.numerics("SILENCE") if row[0] == "271"] == ["eve!*@*"]
    eve.send("PRIVMSG alice :hi")
    await eve.all()
    assert await alice.heard("PRIVMSG") == []
    assert (await set_(alice, "eve", BLOCKED, "0"))[-1] == "0"
    eve.send("PRIVMSG alice :hi")
    await alice.expect("PRIVMSG alice :hi")


async def test_anyone_who_has_an_account_is_blocked_by_it_under_every_nick(stage, alice):
    stage.accounts.add("eve")
    eve = await stage.enter("evening", login="eve")
    phone = await device(stage, label="phone")
    await set_(alice, "evening", BLOCKED)
    assert [row[1] for row in await alice.numerics("SILENCE") if row[0] == "271"] == ["account:eve"]
    assert await told(phone) == [("eve", BLOCKED, "1"), ("evening", BLOCKED, "1")]
    eve.send("NICK other", "PRIVMSG alice :hi")
    await eve.all()
    assert await alice.heard("PRIVMSG") == []
    assert (await set_(alice, "eve", BLOCKED, "0"))[-1] == "0"
    assert blocks.of(alice.session) == ()


@pytest.mark.parametrize(
    ("command", "name"), [("SILENCE {}eve", "eve"), ("NS {}BLOCK mallory", "mallory"), ("SILENCE {}account:bob", "Bob")]
)
async def test_what_is_blocked_in_another_way_is_told_as_a_mark_too(stage, alice, command, name):
    stage.accounts.add("mallory")
    stage.accounts.add("Bob")
    phone = await device(stage, label="phone")
    on, off = ("+", "-") if "SILENCE" in command else ("", "UN")
    alice.send(command.format(on), command.format(off))
    assert await told(alice) == [(name, BLOCKED, "1"), (name, BLOCKED, "0")]
    assert await told(phone) == [(name, BLOCKED, "1"), (name, BLOCKED, "0")]


async def test_a_mask_that_names_nobody_is_no_mark(alice):
    alice.send("SILENCE +*!*@bad.host", "SILENCE +ev?", "SILENCE +account:*")
    await alice.all()
    assert await kept(alice) == {}
    assert len(blocks.of(alice.session)) == 3


async def test_a_full_list_is_said(alice, monkeypatch):
    monkeypatch.setattr(blocks, "MOST", 1)
    await set_(alice, "eve", BLOCKED)
    assert (await set_(alice, "bob", BLOCKED))[1:3] == ("LIMIT_REACHED", "bob")


# ---- draft/metadata-2, as senpai and Goguma speak it -----------------------------------------------------------------


async def test_a_client_of_the_draft_before_is_told_by_the_command(stage, alice):
    await set_(alice, "#tea", PINNED)
    phone = await stage.enter("alice", caps="draft/metadata-2 batch", login="alice@phone")
    phone.send("METADATA * SUB soju.im/pinned soju.im/muted")
    lines = [(m.command, m.params) for m in await phone.messages()]
    assert lines[1:-1] == [
        ("METADATA", ["#tea", PINNED, "*", "1"]), ("BATCH", [lines[0][1][0].replace("+", "-")])
    ]  # fmt: skip
    assert lines[-1] == ("770", ["alice", PINNED, MUTED])
    phone.send("METADATA #tea SET soju.im/pinned 0")
    answer, change = await phone.messages()
    assert (answer.command, change.command, change.params) == ("761", "METADATA", ["#tea", PINNED, "*", "0"])
    await set_(alice, "#tea", MUTED)
    assert [m.params for m in await phone.heard("METADATA")] == [["#tea", MUTED, "*", "1"]]


async def test_without_any_capability_they_are_kept_and_nothing_is_told(stage, alice):
    plain = await stage.enter("alice", login="alice@plain")
    plain.send("METADATA * SUB soju.im/pinned")
    assert [m.command for m in await plain.messages()] == ["770"]
    assert (await set_(plain, "#tea", PINNED))[-1] == "1"
    assert await told(alice) == [("#tea", PINNED, "1")]


async def test_codes_have_the_names_of_that_draft(stage):
    wire = await stage.enter("old", caps="draft/metadata-2 batch")
    wire.send("METADATA * SUB $x$", "METADATA #tea SET soju.im/pinned 7", "METADATA * SET status :a\x1bb")
    assert [m.params[1] for m in await wire.heard("FAIL")] == ["KEY_INVALID", "VALUE_INVALID", "VALUE_INVALID"]


async def test_public_values_come_by_the_command_too_and_go_as_empty_ones(stage):
    old, new = [await stage.enter(nick, "#tea", caps=f"{cap} batch") for nick, cap in (
        ("old", "draft/metadata-2"), ("new", "draft/metadata-3"),
    )]  # fmt: skip
    old.send("METADATA * SUB status")
    await stage.quiet()
    await new.numerics("METADATA * SET status tea", "METADATA * SET status")
    assert [m.params for m in await old.heard("METADATA")] == [
        ["new", "status", "*", "tea"],
        ["new", "status", "*", ""],
    ]


# ---- words that mention their owner


async def test_words_are_told_to_all_devices_however_they_are_set(stage, alice):
    phone = await device(stage, label="phone")
    assert await set_(alice, "*", HIGHLIGHTS, " tea ,new   release,TEA") == (
        "761",
        "*",
        HIGHLIGHTS,
        "*",
        "tea,new release",
    )
    assert await told(phone) == [("*", HIGHLIGHTS, "tea,new release")]
    alice.send("PRIVMSG SearchServ :HIGHLIGHT DEL tea")
    assert ("*", HIGHLIGHTS, "new release") in await told(alice)
    assert await told(phone) == [("*", HIGHLIGHTS, "new release")]
    assert (await kept(phone))["*", HIGHLIGHTS] == "new release"
    assert stage.accounts.named("alice").settings.highlights == ("new release",)
    alice.send(f"METADATA * SET {HIGHLIGHTS}")
    assert ("*", HIGHLIGHTS, None) in await told(alice)


@pytest.mark.parametrize("value", [",".join(f"w{number}" for number in range(21)), "x" * 51])
async def test_too_many_words_are_refused(alice, value):
    assert (await set_(alice, "*", HIGHLIGHTS, value))[1] == "INVALID_VALUE"


async def test_words_belong_to_nobody_else(alice):
    assert (await set_(alice, "bob", HIGHLIGHTS, "tea"))[1] == "INVALID_TARGET"


async def test_a_guests_words_go_over_to_an_account_that_has_none(stage):
    stage.accounts.add("bob")
    guest = await stage.enter("guest", "#tea", caps=f"{CAPS} chover.chat/catchup")
    await set_(guest, "*", HIGHLIGHTS, "coffee")
    other = await stage.enter("other", "#tea")
    other.send("PRIVMSG #tea :coffee?")
    await other.all()
    guest.send("MENTIONS")
    assert [m.params[-1] for m in await guest.messages() if m.command == "PRIVMSG" and "batch" in m.tags] == ["coffee?"]
