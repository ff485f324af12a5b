"""What is moved: the tables that both storages have, and where their columns differ.

A row is a tuple of the same values on both sides: integers, texts, bytes, None. What nodes of a cluster tell each other
while they run is not moved, nor is the search index, which a server makes again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

Row = tuple[Any, ...]
Dialect = Literal["sqlite", "postgres"]

OWN_META: Final = ("moving", "moving_uploads", "probe", "search_version")
"""Entries of ``meta`` that belong to one storage: the mark of a migration, a health check, its index."""


class MigratedColumn(NamedTuple):
    """``sqlite`` and ``postgres``: how it is read there."""

    name: str
    sqlite: str
    postgres: str
    kept: tuple[Dialect, ...] = ("sqlite", "postgres")
    """Where it is a column; elsewhere it follows from others."""


class MigratedTable(NamedTuple):
    """``what`` it holds, for people. ``keys`` are its first columns, which order the rows."""

    name: str
    what: str
    keys: int
    columns: tuple[MigratedColumn, ...]
    where: str = ""

    def reading(self, dialect: Dialect) -> list[str]:
        """What each column is read by."""
        return [getattr(column, dialect) for column in self.columns]

    def written(self, dialect: Dialect) -> Iterator[tuple[int, str]]:
        """The place in a row, and the name, of each column that is kept there."""
        for place, column in enumerate(self.columns):
            if dialect in column.kept:
                yield place, column.name if dialect == "postgres" else _SQLITE_NAMES.get(column.name, column.name)

    def key(self, row: Row) -> Row:
        return row[: self.keys]


_SQLITE_NAMES: Final = {"member": "user", "protocol": "door", "rules_version": "state_head"}
"""Columns that are called otherwise in SQLite."""


def _table(
    name: str,
    what: str,
    columns: str,
    keys: int = 1,
    others: Mapping[str, MigratedColumn] | None = None,
    where: str = "",
) -> MigratedTable:
    """``others``: columns that are not read by their names on both sides."""
    found = tuple((others or {}).get(each) or _same(each) for each in columns.split())
    return MigratedTable(name, what, keys, found, where)


def _same(name: str) -> MigratedColumn:
    return MigratedColumn(name, _SQLITE_NAMES.get(name, name), name)


_LOG: Final[Mapping[str, MigratedColumn]] = {
    "head": MigratedColumn(
        "head", "coalesce((SELECT max(seq) FROM event WHERE log_no = no), first_seq - 1)", "head", ("postgres",)
    ),
    # Nothing asks for it where all events are gone.
    "last_at": MigratedColumn(
        "last_at",
        "coalesce((SELECT at FROM event WHERE log_no = no ORDER BY seq DESC LIMIT 1), 0)",
        "CASE WHEN head < first_seq THEN 0 ELSE last_at END",
        ("postgres",),
    ),
    # It matters for channels only.
    "said": MigratedColumn(
        "said",
        "coalesce((SELECT said FROM channel WHERE channel.id = log.id), 0)",
        "(said AND EXISTS (SELECT 1 FROM channel WHERE channel.id = log.id))::int",
        ("postgres",),
    ),
}
_SAID: Final = MigratedColumn(
    "said", "said", "coalesce((SELECT said FROM log WHERE log.id = channel.id), false)::int", ("sqlite",)
)

EVENTS: Final = _table("event", "events", "log_no seq at msgid kind version actor nonce data", 2)
LOGS: Final = _table("log", "conversations", "no id rules_version first_seq head last_at said", 1, _LOG)
META: Final = _table("meta", "secrets", "name value", where=f"name NOT IN {OWN_META}")
UPLOADS: Final = _table("file", "uploads", "id digest name kind size owner uploaded_at expires_at")
CHANNELS: Final = _table(
    "channel",
    "channels",
    "id name created_at closed_at topic topic_by topic_at visibility retention_days said",
    others={"said": _SAID},
)

TABLES: Final[tuple[MigratedTable, ...]] = (
    META,
    LOGS,
    EVENTS,
    _table("reaction", "reactions", "log_no target actor value seq", 4),
    CHANNELS,
    _table("channel_mode", "channel modes", "channel mode arg", 2),
    _table("channel_list", "entries of channel lists", "channel mode mask set_by set_at account until", 3),
    _table("membership", "memberships", "channel member nick username host account modes joined_at since", 2),
    _table("channel_since", "first visits", "channel account since", 2),
    _table("channel_access", "ranks", "channel account name role", 2),
    _table("channel_metadata", "metadata of channels", "channel key value", 2),
    _table(
        "channel_former",
        "former names",
        "name channel at",
        others={"name": MigratedColumn("name", "name COLLATE BINARY", "name")},
    ),
    _table("account", "accounts", "id name folded created_at email suspended settings"),
    _table("credential", "credentials", "account kind value", 3),
    _table("token", "tokens", "hash id account label created_at used_at"),
    _table("code", "mailed codes", "purpose folded hash expires_at tries data", 2),
    _table("invite", "invitations", "hash id made_by made_at expires_at uses channels role used revoked_at"),
    _table("marker", "read markers", "account log at", 2),
    _table("departure", "departures", "account device at", 2),
    _table("operator", "operators", "account rights added_at"),
    UPLOADS,
    _table("report", "reports", "no channel at reporter about mask text place quote msgid"),
    _table("ban", "bans", "no kind what by at expires_at reason note"),
    _table("audit", "lines of the audit log", "no at by did whom why"),
    _table("visit", "connections", "no since until nick folded account address packed host protocol via version"),
    _table("hook", "hooks", "id hash channel name made_by made_at url key place off"),
    _table("scheduled", "scheduled messages", "id account kind log target due text msgid state why told"),
    _table("push", "push subscriptions", "endpoint account p256dh auth caps at"),
    # In another storage a mark is older than all its logs, so all are looked at.
    _table("push_place", "places of pushes", "log place at mark"),
)
"""In the order in which they are moved: events after their logs."""

NUMBERED: Final = ("ban", "report")
"""Tables whose numbers are never given again."""
