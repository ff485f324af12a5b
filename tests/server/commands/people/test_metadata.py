"""METADATA: kept, shown, and told to those who want to know."""

import pytest
from tests.doubles.stage import Stage

from chover.server.commands.people.metadata import AT_ONCE
from chover.server.profile import metadata
from chover.wire.message import LINE_BYTES, parse

CAPS = "draft/metadata-3 batch"
URL = "https://tea.example/x.png"


async def inside(wire, line, kind="metadata"):
    """What one command is answered within its batch, without the nick of the asker."""
    await wire.all()
    wire.send(line)
    opening, *lines, closing = await wire.messages()
    assert opening.params[1] == kind
    assert closing.params == ["-" + opening.params[0][1:]]
    assert all(message.tags["batch"] == opening.params[0][1:] for message in lines)
    return [(message.command, *message.params[1:4:2], *message.params[2:3], message.params[-1]) for message in lines]


async def values(wire, target):
    """What LIST says of a target."""
    await wire.all()
    wire.send(f"METADATA {target} LIST")
    return {m.params[2]: m.params[4] for m in await wire.messages() if m.command == "761"}


async def told(wire):
    """The changes that were told: target, key, and the value if there is one."""
    return [
        (m.params[1], m.params[2], m.params[4] if m.command == "761" else None)
        for m in await wire.messages()
        if m.command in {"761", "766"}
    ]


async def failed(wire, line):
    wire.send(line)
    [message] = await wire.messages()
    assert message.command == "FAIL"
    return message.params[:-1]


@pytest.fixture
async def people(stage):
    """Alice and bob in #tea, where alice rules; bob wants to know names and pictures."""
    alice = await stage.enter("alice", "#tea", caps=CAPS)
    bob = await stage.enter("bob", "#tea", caps=CAPS)
    bob.send("METADATA * SUB display-name avatar")
    await stage.quiet()
    return alice, bob


async def test_a_value_is_set_shown_and_taken_away(people):
    alice, bob = people
    assert await alice.numerics("METADATA * SET display-name :Alice L.") == [
        ("761", "alice", "display-name", "*", "Alice L.")
    ]
    assert await values(bob, "alice") == {"display-name": "Alice L."}
    assert await alice.numerics("METADATA alice SET display-name") == [
        ("766", "alice", "display-name", "key is not set")
    ]
    assert await values(bob, "alice") == {}


async def test_get_answers_each_key_in_order_whatever_is_wrong_with_some(people):
    alice, _ = people
    await alice.numerics("METADATA * SET color #ff0000")
    alice.send("METADATA * GET url $bad color")
    lines = [(m.command, m.params[2]) for m in await alice.messages()[1:-1]] if False else await alice.messages()
    assert [(m.command, m.params[2]) for m in lines[1:-1]] == [("766", "url"), ("FAIL", "$bad"), ("761", "color")]


async def test_subscribers_around_are_told_and_nobody_else(stage, people):
    alice, bob = people
    plain, far = await stage.enter("plain", "#tea"), await stage.enter("far", "#coffee", caps=CAPS)
    for other in (plain, far):
        other.send("METADATA * SUB display-name")
    await stage.quiet()
    alice.send("METADATA * SET display-name :Al", "METADATA * SET color #00ff00", "METADATA * SET display-name :Al")
    await stage.quiet_of(alice)
    assert await told(bob) == [("alice", "display-name", "Al")]
    assert await plain.all() == await far.all() == []
    alice.send("METADATA * CLEAR")
    await stage.quiet_of(alice)
    assert await told(bob) == [("alice", "display-name", None)]


async def test_anyone_who_watches_a_nick_is_told_from_outside(stage, people):
    alice, _ = people
    await alice.numerics("METADATA * SET color #00ff00")
    watcher = await stage.enter("watcher", caps=CAPS)
    watcher.send("METADATA * SUB color")
    await watcher.all()
    watcher.send("MONITOR + alice")
    assert await told(watcher) == [("alice", "color", "#00ff00")]
    alice.send("METADATA * SET color #0000ff")
    await stage.quiet_of(alice)
    assert await told(watcher) == [("alice", "color", "#0000ff")]


async def test_anyone_who_comes_into_a_channel_learns_what_there_is_and_the_others_learn_of_them(stage, people):
    alice, bob = people
    await alice.numerics("METADATA #tea SET display-name :Tea", "METADATA * SET display-name :Al")
    carol = await stage.enter("carol", caps=CAPS)
    carol.send("METADATA * SUB display-name", "METADATA * SET display-name :Caz")
    await stage.quiet()
    carol.send("JOIN #tea")
    assert await told(carol) == [
        ("#tea", "display-name", "Tea"), ("alice", "display-name", "Al"), ("carol", "display-name", "Caz")
    ]  # fmt: skip
    assert await told(bob) == [("carol", "display-name", "Caz")]


async def test_in_a_large_channel_it_is_asked_for_later(stage, people, monkeypatch):
    alice, bob = people
    monkeypatch.setattr(metadata, "LARGE", 1)
    await alice.numerics("METADATA * SET avatar " + URL)
    bob.send("PART #tea", "JOIN #tea")
    later = [m.params[1:3] for m in await bob.messages() if m.command == "774"]
    assert later == [["#tea", "3"]]
    bob.send("METADATA #tea SYNC")
    assert await told(bob) == [("alice", "avatar", URL)]


async def test_sync_of_everything_names_each_once(stage, people):
    alice, bob = people
    await alice.numerics("METADATA * SET avatar " + URL, "METADATA #tea SET avatar " + URL)
    bob.send("JOIN #cake", "MONITOR + alice")
    alice.send("JOIN #cake")
    await stage.quiet()
    bob.send("METADATA *ALL SYNC")
    assert sorted(await told(bob)) == [("#tea", "avatar", URL), ("alice", "avatar", URL)]


async def test_a_channels_values_are_its_operators(people):
    alice, bob = people
    assert await failed(bob, "METADATA #tea SET avatar " + URL) == ["METADATA", "KEY_NO_PERMISSION", "#tea", "avatar"]
    assert await failed(bob, "METADATA #tea CLEAR") == ["METADATA", "KEY_NO_PERMISSION", "#tea", "*"]
    alice.send("METADATA #tea SET avatar " + URL)
    await alice.all()
    assert await told(bob) == [("#tea", "avatar", URL)]


async def test_nobody_changes_what_is_another_users(people):
    alice, bob = people
    await bob.numerics("METADATA * SET color #ffffff")
    assert await failed(alice, "METADATA bob SET color #000000") == ["METADATA", "KEY_NO_PERMISSION", "bob", "color"]
    assert await failed(alice, "METADATA bob CLEAR") == ["METADATA", "KEY_NO_PERMISSION", "bob", "*"]
    assert await values(bob, "bob") == {"color": "#ffffff"}


@pytest.mark.parametrize("sub", ["GET color", "LIST", "SYNC"])
async def test_what_is_behind_a_door_is_not_read_from_outside(stage, people, sub):
    alice, _ = people
    outsider = await stage.enter("outsider", caps=CAPS)
    await alice.numerics("METADATA #tea SET color #ff0000", "MODE #tea +i")
    assert await failed(outsider, f"METADATA #tea {sub}") == ["METADATA", "KEY_NO_PERMISSION", "#tea", "*"]
    await alice.numerics("MODE #tea +s")
    assert await failed(outsider, f"METADATA #tea {sub}") == ["METADATA", "INVALID_TARGET", "#tea"]
    assert await failed(outsider, f"METADATA #none {sub}") == ["METADATA", "INVALID_TARGET", "#none"]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("METADATA nobody LIST", ["INVALID_TARGET", "nobody"]),
        ("METADATA $a:user SET url x", ["INVALID_TARGET", "$a:user"]),
        ("METADATA * DESTROY", ["INVALID_PARAMS", "DESTROY"]),
        ("METADATA * :", ["INVALID_PARAMS", "*"]),
        ("METADATA * SET $url$ x", ["INVALID_KEY", "$url$"]),
        ("METADATA * SET :two words", ["INVALID_KEY", "*"]),
        ("METADATA * SET url", ["KEY_NOT_SET", "alice", "url"]),
        ("METADATA * SET avatar javascript:x", ["INVALID_VALUE", "avatar"]),
        ("METADATA * SET status :" + "x" * 301, ["INVALID_VALUE", "status"]),
        ("METADATA * SET status :a\x1bb", ["INVALID_VALUE", "status"]),
        ("METADATA bob SUB color", ["INVALID_TARGET", "bob"]),
        ("METADATA #tea SUBS", ["INVALID_TARGET", "#tea"]),
    ],
)
async def test_refusals(people, line, answer):
    alice, _ = people
    assert await failed(alice, line) == ["METADATA", *answer]


async def test_a_key_is_needed_where_one_is_meant(people):
    alice, _ = people
    for sub in ("GET", "SET", "SUB", "UNSUB"):
        [(numeric, *_)] = await alice.numerics(f"METADATA * {sub}")
        assert numeric == "461"


async def test_subscriptions_are_listed_and_given_up(people):
    _, bob = people
    assert await bob.numerics("METADATA * UNSUB avatar never") == [("771", "avatar", "never")]
    bob.send("METADATA * SUBS")
    opening, only, _ = await bob.messages()
    assert opening.params[1] == "metadata-subs"
    assert only.params[1:] == ["display-name"]


async def test_limits_are_told_and_kept():
    stage = await Stage.open({"limits.metadata_keys": 2, "limits.metadata_subs": 3})
    alice = await stage.enter("alice", "#tea", caps=CAPS)
    alice.send("CAP LS 302")
    line = " ".join(await alice.all())
    assert "draft/metadata-3=before-connect,max-subs=3,max-keys=2,max-value-bytes=300" in line
    await alice.numerics("METADATA * SET a 1", "METADATA * SET b 1")
    assert await failed(alice, "METADATA * SET c 1") == ["METADATA", "LIMIT_REACHED", "alice", "2"]
    assert await alice.numerics("METADATA * SET b 2") == [("761", "alice", "b", "*", "2")]
    answers = await alice.numerics("METADATA * SUB a b a c d e")
    assert answers[0] == ("770", "a", "b", "c")
    assert answers[1][:3] == ("FAIL", "LIMIT_REACHED", "d")
    await stage.close()


async def test_too_many_changes_are_put_off(people):
    alice, bob = people
    lines = [f"METADATA * SET display-name {number}" for number in range(AT_ONCE + 1)]
    answers = await alice.numerics(*lines)
    assert [answer[0] for answer in answers] == ["761"] * AT_ONCE + ["FAIL"]
    assert answers[-1][1:5] == ("RATE_LIMITED", "alice", "display-name", "5")
    assert len(await told(bob)) == AT_ONCE


async def test_what_is_said_before_registration_is_the_users_afterwards(stage):
    wire = stage.connect()
    wire.send(f"CAP REQ :{CAPS}", "METADATA * SUB color", "METADATA * SET color #ff0000", "METADATA * SET url x")
    wire.send("METADATA * SET url https://tea.example", "METADATA nobody LIST", "METADATA * SET status", "NICK alice")
    early = [(m.command, *m.params[1:3]) for m in await wire.messages()][1:]
    assert early == [
        ("770", "color"), ("761", "*", "color"), ("FAIL", "INVALID_VALUE", "url"), ("761", "*", "url"),
        ("FAIL", "INVALID_TARGET", "nobody"), ("FAIL", "KEY_NOT_SET", "*"),
    ]  # fmt: skip
    wire.send("USER alice 0 * :Alice", "CAP END")
    burst = await wire.messages()
    commands = [m.command for m in burst]
    assert commands.index("BATCH") < commands.index("422")
    assert [m.params[1:5:3] for m in burst if m.command == "761"] == [["alice", "#ff0000"], ["alice", URL[:19]]]


async def test_an_accounts_values_are_kept_and_follow_it(stage):
    stage.accounts.add("alice")
    desk = await stage.enter("alice", caps=CAPS, login="alice")
    phone = await stage.enter("alice", caps=CAPS, login="alice@phone")
    phone.send("METADATA * SUB status")
    await phone.all()
    await desk.numerics("METADATA * SET status tea")
    assert await told(phone) == [("alice", "status", "tea")]
    desk.send("QUIT")
    phone.send("QUIT")
    await desk.ended()
    await phone.ended()
    again = await stage.enter("alice", caps=CAPS, login="alice")
    assert await values(again, "*") == {"status": "tea"}


async def test_a_guests_values_end_with_the_guest(stage):
    guest = await stage.enter("guest", caps=CAPS)
    await guest.numerics("METADATA * SET status tea")
    guest.send("QUIT")
    await guest.ended()
    assert await values(await stage.enter("guest", caps=CAPS), "guest") == {}


async def test_a_login_brings_what_the_account_has_and_keeps_what_it_lacks(stage, people):
    alice, bob = people
    account = stage.accounts.add("alice")
    kept = {"display-name": "Dr. Alice"}
    await stage.accounts.change(account.id, lambda held: type(held)(metadata=kept))
    await alice.numerics("METADATA * SET display-name :Al", "METADATA * SET color #ff0000")
    await bob.all()
    await alice.numerics("NS IDENTIFY alice sesame")
    assert await told(bob) == [("alice", "display-name", "Dr. Alice")]
    assert stage.accounts.get(account.id).settings.metadata == {**kept, "color": "#ff0000"}
    assert await values(bob, "alice") == {**kept, "color": "#ff0000"}


async def test_a_channels_values_outlive_the_server(stage, people):
    alice, _ = people
    await alice.numerics(
        "METADATA #tea SET color #ff0000", "METADATA #tea SET url https://x.example", "TOPIC #tea :tea"
    )
    await alice.numerics("METADATA #tea SET url")
    again = await Stage.open(store=stage.store)
    assert await values(await again.enter("bob", "#tea", caps=CAPS), "#tea") == {"color": "#ff0000"}
    await again.close()


async def test_whois_tells_the_known_keys_to_those_who_can_read_it(stage, people):
    alice, bob = people
    await alice.numerics("METADATA * SET pronouns they/them", "METADATA * SET vendor.example/x 1")
    rows = [row for row in await bob.numerics("WHOIS alice") if row[0] == "760"]
    assert rows == [("760", "alice", "pronouns", "*", "they/them")]
    plain = await stage.enter("plain")
    assert not [row for row in await plain.numerics("WHOIS alice") if row[0] == "760"]


async def test_a_labeled_answer_is_one_batch_in_another(stage):
    alice = await stage.enter("alice", caps=CAPS + " labeled-response")
    alice.send("@label=x METADATA * GET url")
    outer, inner, line, end, last = [parse(line) for line in await alice.all()]
    assert (outer.tags["label"], inner.tags["batch"]) == ("x", outer.params[0][1:])
    assert (line.tags["batch"], end.params[0], last.params[0]) == (
        inner.params[0][1:], "-" + inner.params[0][1:], "-" + outer.params[0][1:]
    )  # fmt: skip


async def test_the_longest_line_stays_within_the_limit():
    stage = await Stage.open({"server.name": "s" * 59 + ".org", "limits.nick_len": 64, "limits.channel_len": 100})
    nick, channel, key = "n" * 64, "#" + "c" * 99, "k" * 32
    alice = await stage.enter(nick, channel, caps=CAPS)
    longest = metadata.longest_value(stage.node.config)
    alice.send(f"METADATA {channel} SET {key} :" + "v" * longest)
    [line] = await alice.all()
    assert " 761 " in line
    assert len(line.encode()) + 2 <= LINE_BYTES
    await stage.close()
