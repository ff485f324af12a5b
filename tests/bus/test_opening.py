"""The bus that the settings choose."""

import pytest

from chover.bus.local import LocalBus
from chover.bus.opening import inspect, open_bus
from chover.config import Config
from chover.config.server_settings import BusSettings, StoreSettings
from chover.ports import BusError

NOBODY = "nats://127.0.0.1:9"


async def test_one_process_needs_no_bus_of_its_own():
    assert isinstance(await open_bus(Config()), LocalBus)


async def test_a_bus_without_a_shared_database_says_which_setting_is_missing():
    with pytest.raises(BusError, match=r"store\.url names none: set store\.url as well, or take bus\.url out"):
        await open_bus(Config(bus=BusSettings(url=NOBODY)))


def test_a_bus_that_can_be_joined_has_nothing_to_say():
    assert inspect(Config()) == ""


def test_a_bus_that_nobody_serves_is_named_in_one_line():
    why = inspect(Config(bus=BusSettings(url=NOBODY), store=StoreSettings(url="postgresql://localhost/chat")))
    assert "127.0.0.1:9" in why
    assert "\n" not in why
