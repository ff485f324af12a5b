import pytest

from chover.accounts.service import AccountService
from chover.config import load
from chover.ports import Peer
from chover.store.sqlite.store import SqliteStore

HERE = Peer("127.0.0.1", 40000, "irc")
FAR = Peer("192.0.2.7", 40000, "irc")
FAR_TLS = Peer("192.0.2.7", 40000, "irc", tls=True)


@pytest.fixture
async def store(tmp_path):
    opened = SqliteStore.open(tmp_path / "data", durability="process")
    yield opened
    await opened.close()


@pytest.fixture
def open_accounts(store):
    """Account services over one registry, so that another one shows what a restart would find."""
    services = []

    async def opened(**flags):
        config = load(
            environ={}, flags={"accounts.hash_cost": "cheap", **{k.replace("__", "."): v for k, v in flags.items()}}
        )
        services.append(await AccountService.open(config, store.registry, b"k" * 32))
        return services[-1]

    yield opened
    for accounts in services:
        accounts.close()


@pytest.fixture
async def accounts(open_accounts):
    return await open_accounts()


class Stepping:
    """A clock that stands still except for those who wait, one of them at a time."""

    def __init__(self):
        self.now = 1000.0
        self.waits = []

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.now += seconds

    def drive(self, throttle):
        throttle._clock, throttle._sleep = lambda: self.now, self.sleep
        return self


@pytest.fixture
def stepping():
    return Stepping()
