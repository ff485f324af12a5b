"""How a secret is judged: what counts as wrong, on whose schedule, and the line that fail2ban reads."""

import contextlib

import pytest

from chover.accounts.attempts import WRONG, Attempts
from chover.accounts.directory import AccountDirectory
from chover.config import Config
from chover.engine.ids import UserId
from chover.ports import Account, Denied, Peer

FAR = Peer("192.0.2.7", 40000, "irc")
LOCAL = Peer("", 0, "irc")


class NotedThrottle:
    """Lets everybody through, and notes what it is told."""

    def __init__(self, seconds=0):
        self.noted = []
        self._seconds = seconds

    @contextlib.asynccontextmanager
    async def turn(self, what, address, _told):
        self.noted.append(("turn", what, address))
        yield
        self.noted.append(("end", what, address))

    def wrong(self, what, address):
        self.noted.append(("wrong", what, address))

    def right(self, what):
        self.noted.append(("right", what))

    def next_in(self, _address):
        return self._seconds


def attempts(throttle):
    return Attempts(AccountDirectory(Config, [Account(UserId("a1"), "Alice", "alice", 1)]), throttle)


async def judge(throttle, code="", name="alice", peer=FAR):
    async with attempts(throttle).at_account("PLAIN", name, peer):
        if code:
            raise Denied(code, "No")


async def test_a_right_secret_is_noted_within_its_turn_and_logged_nowhere(caplog):
    throttle = NotedThrottle()
    await judge(throttle)

    assert throttle.noted == [("turn", "alice", FAR.address), ("right", "alice"), ("end", "alice", FAR.address)]
    assert caplog.messages == []


@pytest.mark.parametrize("code", sorted(WRONG))
async def test_a_wrong_secret_counts_and_is_logged(caplog, code):
    throttle = NotedThrottle()
    with pytest.raises(Denied, match=r"^No$") as refused:
        await judge(throttle, code)

    assert refused.value.code == code
    assert throttle.noted == [("turn", "alice", FAR.address), ("wrong", "alice", FAR.address)]
    assert caplog.messages == ['failed login from 192.0.2.7: account "alice" by PLAIN']


@pytest.mark.parametrize("code", ["ACCOUNT_SUSPENDED", "PLAINTEXT_REFUSED", "INVITE_USED_UP"])
async def test_a_refusal_for_another_reason_is_neither_right_nor_wrong(caplog, code):
    throttle = NotedThrottle(seconds=9)
    with pytest.raises(Denied, match=r"^No$"):
        await judge(throttle, code)

    assert throttle.noted == [("turn", "alice", FAR.address)]
    assert caplog.messages == []


async def test_anyone_who_was_wrong_too_often_is_told_when_the_next_try_is_judged():
    with pytest.raises(Denied, match=r"^No\. .* 4 s$"):
        await judge(NotedThrottle(seconds=4), "INVALID_CODE")


@pytest.mark.parametrize("name", ["alice", "ALICE", "Alice@phone", "alice@"])
async def test_tries_at_one_account_are_counted_together_however_it_is_written(name):
    throttle = NotedThrottle()
    await judge(throttle, name=name)

    assert throttle.noted[0] == ("turn", "alice", FAR.address)


async def test_a_name_that_no_account_has_is_not_logged_since_it_may_be_a_password(caplog):
    throttle = NotedThrottle()
    with pytest.raises(Denied):
        await judge(throttle, "INVALID_CREDENTIALS", "secret-of-alice")

    assert throttle.noted[0] == ("turn", "secret-of-alice", FAR.address)
    assert caplog.messages == ['failed login from 192.0.2.7: account "" by PLAIN']


async def test_what_others_wrote_ends_no_line_of_the_log(caplog):
    with pytest.raises(Denied):
        async with attempts(NotedThrottle()).at("OPER", 'x" by y\nfailed login from 198.51.100.1: account', LOCAL):
            raise Denied("INVALID_CREDENTIALS", "No")

    [line] = caplog.messages
    assert line.startswith(r'failed login from this machine: account "x\" by y\nfailed')
