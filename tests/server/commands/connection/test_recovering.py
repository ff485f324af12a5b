"""RECOVER: a forgotten password, for programs, before anybody is in."""

import pytest


async def recover(wire, *params):
    """Send RECOVER; the parameters of its answer."""
    wire.send(f"RECOVER {' '.join(params)}")
    [answer] = [message for message in await wire.messages() if "RECOVER" in (message.command, message.params[0])]
    return [answer.command, *answer.params]


async def test_a_name_alone_asks_for_a_code_and_the_answer_reveals_nothing(stage):
    stage.accounts.add("alice")
    wire = stage.connect()
    for name in ("alice", "nobody"):
        said = await recover(wire, name)
        assert said[:3] == ["RECOVER", "CODE_SENT", name]
        assert "If that account has an e-mail address" in said[3]
    assert stage.accounts.mailed["alice"] == "reset"


async def test_a_code_sets_the_password_and_puts_out_whoever_had_the_old_one(stage):
    stage.accounts.add("alice")
    thief = await stage.enter("alice", login="alice")
    wire = stage.connect()
    assert (await recover(wire, "alice", "right", ":new-one"))[:3] == ["RECOVER", "SUCCESS", "alice"]
    await thief.expect("password of this account was changed")
    wire.send("NICK carol", "USER c 0 * c")
    await wire.expect(" 001 carol")
    wire.send("NS IDENTIFY alice new-one")
    await wire.expect(" 900 ")


@pytest.mark.parametrize(
    ("params", "code"),
    [(["alice", "wrong", ":new-one"], "INVALID_CODE"), (["alice", "right"], "NEED_MORE_PARAMS")],
)
async def test_what_cannot_be_done_is_refused_with_a_reason(stage, params, code):
    stage.accounts.add("alice")
    said = await recover(stage.connect(), *params)
    assert said[:4] == ["FAIL", "RECOVER", code, "alice"]
    assert len(said[4]) > 10
