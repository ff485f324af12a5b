"""Sessions that outlive a restart: the next process has them as they were, and nobody sees anybody leave."""

import pytest
from tests.doubles.stage import Stage

from chover.engine.events import Quit

LOBBY = {"channels.autojoin": ["#lobby"]}


async def restarted(stage, *wires, **changed):
    """The stage after a restart, with these people on it, as far as they can go on."""
    await stage.host.handover.come_to_rest("The server is restarting", 5)
    states = [state for wire in wires if (state := stage.host.handover.freeze(wire.session)) is not None]
    await stage.close()
    again = await Stage.open(LOBBY, stage.store, accounts=stage.accounts, kept=states, **changed)
    again.wires = [again.connect(state=state) for state in states]
    return again


async def test_a_guest_goes_on_with_nick_channels_modes_and_capabilities():
    stage = await Stage.open(LOBBY)
    alice = await stage.enter("alice", "#tea", caps="echo-message message-tags")
    alice.send("MODE alice +i", "AWAY :at lunch", "METADATA * SET display-name :Alice L.", "MODE #tea +m")
    await alice.all()
    who = stage.node.chat.find_user("alice").id
    stage = await restarted(stage, alice)
    user = stage.node.chat.users[who]
    assert (user.nick, user.away, user.modes, user.metadata) == (
        "alice", "at lunch", {"i"}, {"display-name": "Alice L."}
    )  # fmt: skip
    [wire] = stage.wires
    assert wire.lines == []
    wire.send("PRIVMSG #tea :still me")
    assert "PRIVMSG #tea :still me" in await wire.expect(":alice!")
    assert [member.user.nick for member in stage.node.chat.find_channel("#tea").members.values()] == ["alice"]
    await stage.close()


async def test_nothing_is_written_of_whoever_goes_on_and_those_who_cannot_are_seen_to_leave():
    stage = await Stage.open(LOBBY)
    alice = await stage.enter("alice", "#tea")
    tess = await stage.enter("tess", "#tea", tls=True)
    await alice.all()
    stage = await restarted(stage, alice, tess)
    quits = {event.source.nick for log in stage.store.logs.values() for event in log if isinstance(event.body, Quit)}
    assert quits == {"tess"}
    assert tess.lines[-1] == "ERROR :The server is restarting"
    assert any(":tess!" in line and "QUIT :The server is restarting" in line for line in alice.lines)
    assert len(stage.wires) == 1
    await stage.close()


async def test_what_was_sent_and_not_handled_is_handled_after_it():
    stage = await Stage.open(LOBBY)
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    alice.send_bytes(b"PRIVMSG #tea :one th")
    stage = await restarted(stage, alice, bob)
    alice, bob = stage.wires
    alice.send_bytes(b"ought\r\n")
    assert await bob.expect("PRIVMSG #tea :one thought")
    await stage.close()


async def test_a_device_of_an_account_is_one_again_and_others_come_back_beside_it():
    stage = await Stage.open(LOBBY)
    stage.accounts.add("alice")
    phone = await stage.enter("alice", "#tea", login="alice@phone")
    stage = await restarted(stage, phone)
    [phone] = stage.wires
    laptop = await stage.enter("alice", login="alice@laptop")
    laptop.send("PRIVMSG #tea :from here")
    assert phone.session.me is laptop.session.me
    assert phone.session.registration.device == "phone"
    await stage.close()


async def test_watched_nicks_and_read_markers_are_kept():
    stage = await Stage.open(LOBBY)
    alice = await stage.enter("alice", "#tea", caps="draft/read-marker")
    alice.send("MONITOR + bob", "MARKREAD #tea timestamp=2026-01-02T03:04:05.000Z")
    await alice.all()
    stage = await restarted(stage, alice)
    [alice] = stage.wires
    await stage.enter("bob")
    assert await alice.expect(" 730 ")
    alice.send("MARKREAD #tea")
    assert "2026-01-02T03:04:05.000Z" in await alice.expect("MARKREAD")
    await stage.close()


@pytest.mark.parametrize("stuck", [0, 9])
async def test_a_peer_that_does_not_take_what_was_written_has_to_come_again(stuck, monkeypatch):
    monkeypatch.setattr("chover.server.handover.REST_SECONDS", 0.05)
    stage = await Stage.open(LOBBY)
    alice = await stage.enter("alice", "#tea")
    alice.stuck = stuck
    stage = await restarted(stage, alice)
    assert len(stage.wires) == (0 if stuck else 1)
    assert ("alice" in stage.node.chat.nicks) is not bool(stuck)
    await stage.close()


async def test_anyone_who_is_not_registered_yet_cannot_go_on():
    stage = await Stage.open(LOBBY)
    newcomer = stage.connect()
    newcomer.send("NICK alice")
    assert stage.host.handover.freeze(newcomer.session) is None
    assert newcomer.session in stage.node.sessions
    await stage.close()


async def test_an_operator_by_an_account_goes_on_as_one_unless_it_was_taken_out_meanwhile():
    stage = await Stage.open(LOBBY)
    root = stage.accounts.add("root")
    await stage.accounts.operators.add(root.id, ("wallops",))
    alice = await stage.enter("alice")
    alice.send("OPER root sesame")
    await alice.expect(" 381 ")
    stage = await restarted(stage, alice)
    [alice] = stage.wires
    assert [command for command, *_ in await alice.numerics("WALLOPS :here")] == ["WALLOPS"]
    await stage.accounts.operators.remove(root.id)
    stage = await restarted(stage, alice)
    [alice] = stage.wires
    assert [command for command, *_ in await alice.numerics("WALLOPS :here")] == ["481"]
    await stage.close()


async def test_what_another_version_wrote_and_nobody_can_read_ends_that_session_alone(caplog):
    stage = await Stage.open(LOBBY)
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.host.handover.come_to_rest("The server is restarting", 5)
    states = [stage.host.handover.freeze(wire.session) for wire in (alice, bob)]
    await stage.close()
    states[0] = states[0].replace(b'"caps":', b'"caps":"new",  "was":')
    stage = await Stage.open(LOBBY, stage.store, accounts=stage.accounts, kept=states)
    alice, bob = [stage.connect(state=state) for state in states]
    assert (await alice.ended())[-1].startswith("ERROR :The server has restarted and cannot go on")
    assert [member.user.nick for member in stage.node.chat.find_channel("#tea").members.values()] == ["bob"]
    assert not bob.closed
    assert "cannot go on" in caplog.text
    await stage.close()
