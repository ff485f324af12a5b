"""How many pages are fetched for one person: so many at once, and so many in a minute."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Final

IN_A_MINUTE: Final = 30
SECONDS: Final = 60.0
REMEMBERED: Final = 4096
"""People; the one who asked longest ago is forgotten first."""


class Shares:
    def __init__(self) -> None:
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, who: str, now: float) -> bool:
        """Count a fetch for somebody, unless there were too many within the last minute."""
        asked = self._asked.setdefault(who, deque(maxlen=IN_A_MINUTE))
        self._asked.move_to_end(who)
        if len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)
        if len(asked) == IN_A_MINUTE and now - asked[0] < SECONDS:
            return False
        asked.append(now)
        return True
