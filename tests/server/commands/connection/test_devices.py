"""What the devices of an account share: how far was read, what one of them missed, whether it stays."""

import asyncio

import pytest

EARLY, LATE = "timestamp=2020-01-01T00:00:00.000Z", "timestamp=2021-01-01T00:00:00.000Z"
CAPS = "draft/read-marker draft/persistence"


@pytest.fixture
async def devices(stage):
    """The desk and the phone of alice, both in #tea."""
    stage.accounts.add("alice")
    desk = await stage.enter("alice", "#tea", caps=CAPS, login="alice")
    phone = await stage.enter("alice", caps=CAPS, login="alice@phone")
    await desk.all()
    return desk, phone


async def test_devices_follow_each_others_marker(stage, devices):
    desk, phone = devices
    desk.send(f"MARKREAD #tea {EARLY}")
    await desk.expect(f"MARKREAD #tea {EARLY}")
    await phone.expect(f"MARKREAD #tea {EARLY}")


async def test_a_marker_only_moves_forward(devices):
    desk, phone = devices
    desk.send(f"MARKREAD #tea {LATE}", f"MARKREAD #tea {EARLY}", "MARKREAD #tea")
    assert [message.params[1] for message in await desk.heard("MARKREAD")] == [LATE] * 3
    assert len(await phone.heard("MARKREAD")) == 1


async def test_nobody_has_read_what_is_not_yet_said(devices):
    desk, _ = devices
    desk.send("MARKREAD #tea timestamp=2999-01-01T00:00:00.000Z")
    [marked] = await desk.heard("MARKREAD")
    assert marked.params[1] < "timestamp=2999"


async def test_anyone_who_joins_is_told_the_marker_before_the_names(stage, devices):
    desk, _ = devices
    desk.send(f"MARKREAD #tea {EARLY}")
    await desk.all()
    tablet = stage.connect()
    tablet.send(f"CAP REQ :{CAPS}", "PASS alice@tablet:sesame", "NICK alice", "USER a 0 * :A", "CAP END")
    await tablet.expect(f"MARKREAD #tea {EARLY}")
    await tablet.expect(" 366 ")


async def test_a_private_conversation_has_a_marker(stage, devices):
    desk, phone = devices
    await stage.enter("bob")
    desk.send("MARKREAD bob")
    await desk.expect("MARKREAD bob *")
    desk.send(f"MARKREAD bob {EARLY}")
    await phone.expect(f"MARKREAD bob {EARLY}")


async def test_a_guest_has_markers_too(stage):
    guest = await stage.enter("guest", "#tea", caps=CAPS)
    guest.send(f"MARKREAD #tea {EARLY}", "MARKREAD #tea")
    assert [message.params[1] for message in await guest.heard("MARKREAD")] == [EARLY] * 2


@pytest.mark.parametrize("target", ["#nowhere", "nobody", "#secret", "#other"])
@pytest.mark.parametrize("asked", ["", f" {EARLY}"])
async def test_of_what_one_has_not_read_nothing_is_marked(stage, devices, target, asked):
    desk, phone = devices
    eve = await stage.enter("eve", "#secret", "#other")
    eve.send("MODE #secret +s")
    await eve.all()
    desk.send(f"MARKREAD {target}{asked}")
    assert [message.params for message in await desk.heard("MARKREAD")] == [[target, "*"]]
    assert await phone.heard("MARKREAD") == []


async def test_a_guests_marker_outlives_leaving_and_coming_back(stage):
    bob = await stage.enter("bob", "#tea")
    guest = await stage.enter("guest", "#tea", "#own", caps=CAPS)
    await bob.all()
    for channel in ("#tea", "#own"):
        guest.send(f"MARKREAD {channel} {EARLY}", f"PART {channel}", f"MARKREAD {channel}", f"JOIN {channel.upper()}")
        shown = [message.params for message in await guest.heard("MARKREAD")]
        assert [moment for _, moment in shown] == [EARLY] * 3
    again = await stage.enter("guest2", "#tea", caps=CAPS)
    again.send("MARKREAD #tea")
    assert [message.params[1] for message in await again.heard("MARKREAD")] == ["*"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("MARKREAD", "NEED_MORE_PARAMS"),
        ("MARKREAD #", "INVALID_PARAMS"),
        ("MARKREAD #a?b", "INVALID_PARAMS"),
        ("MARKREAD a!b", "INVALID_PARAMS"),
        ("MARKREAD #tea yesterday", "INVALID_PARAMS"),
        ("MARKREAD #tea *", "INVALID_PARAMS"),
    ],
)
async def test_what_cannot_be_marked_is_told(stage, devices, line, code):
    desk, _ = devices
    await stage.enter("eve", "#secret")
    desk.send(line)
    [failed] = await desk.heard("FAIL")
    assert failed.params[:2] == ["MARKREAD", code]


async def test_to_stay_is_a_setting_that_all_devices_see(devices):
    desk, phone = devices
    desk.send("PERSISTENCE GET", "PERSISTENCE SET ON")
    assert [message.params for message in await desk.heard("PERSISTENCE")] == [
        ["STATUS", "DEFAULT", "OFF"],
        ["STATUS", "ON", "ON"],
    ]
    await phone.expect("PERSISTENCE STATUS ON ON")


async def test_a_guest_cannot_stay(stage):
    guest = await stage.enter("guest")
    guest.send("PERSISTENCE GET")
    await guest.expect("FAIL PERSISTENCE ACCOUNT_REQUIRED")


async def test_nonsense_about_staying_is_told(devices):
    desk, _ = devices
    desk.send("PERSISTENCE SET PERHAPS", "PERSISTENCE DANCE")
    assert len(await desk.heard("FAIL")) == 2


async def test_a_device_is_shown_what_it_missed_and_no_more(stage):
    stage.accounts.add("alice")
    bob = await stage.enter("bob", "#tea")
    alice = await stage.enter("alice", "#tea", login="alice")
    bob.send("PRIVMSG #tea :seen")
    await alice.expect("PRIVMSG #tea :seen")
    alice.send("QUIT")
    await alice.ended()
    await bob.expect("QUIT")
    bob.send("PRIVMSG #tea :missed")
    await bob.all()
    left = stage.accounts.login.departures.kept
    assert len(left) == 1
    [event] = [one for one in stage.store.logs[stage.node.chat.find_channel("#tea").log] if "missed" in repr(one.body)]
    event.at = next(iter(left.values())) + 5
    back = await stage.enter("alice", login="alice")
    back.send("JOIN #tea")
    shown = [message.params[-1] for message in await back.heard("NOTICE")]
    assert len(shown) == 1
    assert "<bob> missed" in shown[0]


async def test_a_device_names_itself_behind_an_at_of_the_user_name_too(stage):
    stage.accounts.add("alice")
    for user in ("alice@phone", "alice@desk"):
        wire = stage.connect()
        wire.send("PASS alice:sesame", "NICK alice", f"USER {user} 0 * :A")
        await wire.expect(" 001 ")
        assert wire.session.me.username == "~alice"
        wire.send("QUIT")
        await wire.ended()
    async with asyncio.timeout(5):
        while len(stage.accounts.login.departures.kept) < 2:
            await asyncio.sleep(0)
    assert {device for _, device in stage.accounts.login.departures.kept} == {"phone", "desk"}
    for key in stage.accounts.login.departures.kept:
        stage.accounts.login.departures.kept[key] -= 100_000
    phone = stage.connect()
    phone.send("CAP REQ sasl", "AUTHENTICATE PLAIN", "AUTHENTICATE AGFsaWNlAHNlc2FtZQ==", "NICK alice", "CAP END")
    await phone.expect(" 903 ")
    phone.send("USER alice@phone 0 * :A")
    await phone.expect(" 001 ")
    assert phone.session.registration.device == "phone"
    assert phone.session.registration.left_at == stage.accounts.login.departures.kept[phone.session.me.id, "phone"]
