"""Clients with cap-notify are told when a reload of the settings changes the capabilities on offer."""

import msgspec
import pytest


def with_accounts(stage, **settings):
    config = stage.node.config
    return msgspec.structs.replace(config, accounts=msgspec.structs.replace(config.accounts, **settings))


@pytest.fixture
def close_registration(stage):
    return lambda: stage.host.reconfigure(with_accounts(stage, registration="off"))


async def test_what_is_offered_no_longer_is_taken_back_and_told_to_those_who_want_to_know(stage, close_registration):
    alice = await stage.enter("alice", caps="cap-notify draft/account-registration batch")
    plain = await stage.enter("plain", caps="draft/account-registration")
    close_registration()
    assert [message.params for message in await alice.heard("CAP")] == [["alice", "DEL", "draft/account-registration"]]
    assert await plain.heard("CAP") == []
    alice.send("CAP LIST")
    [listed] = await alice.heard("CAP")
    assert listed.params[-1].split() == ["batch", "cap-notify"]


async def test_what_is_new_is_told_with_its_value(stage, close_registration):
    close_registration()
    alice = stage.connect()
    alice.send("CAP LS 302", "NICK alice", "USER a 0 * :a", "CAP END")
    await alice.all()
    bob = await stage.enter("bob", caps="cap-notify")
    stage.host.reconfigure(with_accounts(stage, registration="open"))
    assert [message.params[1:] for message in await alice.heard("CAP")] == [
        ["NEW", "draft/account-registration=before-connect"]
    ]
    assert [message.params[1:] for message in await bob.heard("CAP")] == [["NEW", "draft/account-registration"]]


async def test_another_value_is_new(stage):
    alice = stage.connect()
    alice.send("CAP LS 302", "NICK alice", "USER a 0 * :a", "CAP END")
    await alice.all()
    stage.accounts.login.mechanisms = ("PLAIN", "EXTERNAL")
    stage.host.reconfigure(stage.node.config)
    assert [message.params[1:] for message in await alice.heard("CAP")] == [["NEW", "sasl=PLAIN,EXTERNAL"]]


async def test_where_nothing_has_changed_nothing_is_told(stage):
    alice = await stage.enter("alice", caps="cap-notify")
    stage.host.reconfigure(stage.node.config)
    assert await alice.heard("CAP") == []
