"""What people look at the page with: a screen and a pointer, or a telephone and a finger.

A test runs with the first unless it says ``@both`` (a module: ``pytestmark = both``); then it runs with each.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import pytest


@dataclass(frozen=True, slots=True)
class Device:
    name: str
    size: tuple[int, int]
    touch: bool
    context: dict[str, Any] = field(default_factory=dict)
    """What else a browser context of it is made with."""


POINTER: Final = Device("desktop-pointer", (1280, 800), touch=False)
TOUCH: Final = Device("phone-touch", (390, 844), touch=True, context={"has_touch": True, "is_mobile": True})

both: Final = pytest.mark.parametrize("device", [POINTER, TOUCH], indirect=True, ids=lambda device: device.name)
with_touch: Final = pytest.mark.parametrize("device", [TOUCH], indirect=True, ids=lambda device: device.name)
