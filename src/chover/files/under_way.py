"""Uploads in progress: limited in number, with disk space reserved for the rest of them."""

from __future__ import annotations

from collections import Counter

from chover.config import FilesSettings
from chover.engine.ids import UserId
from chover.plurals import counted
from chover.ports import NotTaken, Obstacle
from chover.wire.networks import holder


class UploadsUnderWay:
    """The uploads of all people."""

    def __init__(self) -> None:
        self._by_whom: Counter[str] = Counter()
        self._places = 0
        self.bytes_to_come = 0
        """Bytes that were announced, and have not arrived."""

    def __len__(self) -> int:
        return self._places

    def begin(self, settings: FilesSettings, owner: UserId, address: str, size: int) -> UploadPlace:
        """Reserve a place for an upload; ``size`` is 0 if none was announced. Raises NotTaken."""
        if self._places >= settings.uploads:
            raise NotTaken(Obstacle.BUSY, "The server receives as many files as it can: try again in a minute")
        bounds = {f"at {holder(address)}": settings.uploads_per_address, owner: settings.uploads_per_account}
        who = [each for each in bounds if each]
        for each in who:
            if self._by_whom[each] >= bounds[each]:
                whose = "account" if each == owner else "address"
                raise NotTaken(
                    Obstacle.BUSY,
                    f"At most {counted(bounds[each], 'upload')} of your {whose} at a time: wait until one is done",
                )
        return UploadPlace(self, who, size)

    def taken(self, who: list[str], size: int) -> None:
        self._places += 1
        self._by_whom.update(who)
        self.bytes_to_come += size

    def given_back(self, who: list[str]) -> None:
        self._places -= 1
        self._by_whom.subtract(who)
        self._by_whom += Counter()  # Without those that have none.


class UploadPlace:
    """The place of one upload."""

    def __init__(self, under_way: UploadsUnderWay, who: list[str], size: int) -> None:
        self._under_way = under_way
        self._who = who
        self._to_come = size
        self._given_back = False
        under_way.taken(who, size)

    def arrived(self, size: int) -> None:
        """So many bytes are on the disk now."""
        came = min(size, self._to_come)
        self._to_come -= came
        self._under_way.bytes_to_come -= came

    def give_back(self) -> None:
        """Release the place; does nothing the second time."""
        if not self._given_back:
            self._given_back = True
            self.arrived(self._to_come)
            self._under_way.given_back(self._who)
