"""Rows that are not events, the same in every database: their columns, and their values in both directions."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any, Final

import msgspec

from chover.engine.ids import LogId, UserId
from chover.ports import (
    Account,
    AccountSettings,
    AuditEntry,
    Ban,
    ConnectionRecord,
    File,
    Hook,
    Invite,
    OperatorRow,
    Report,
    Token,
)
from chover.ports.push import PushCursor, PushPlace, Subscription
from chover.ports.registry import ScheduledItem

ACCOUNT: Final = ", ".join(Account.__struct_fields__)
OF_ACCOUNT: Final = ("credential", "token", "marker", "departure", "push", "operator", "scheduled")
"""Tables with a column ``account``, whose rows are deleted with the account."""
AUDIT: Final = ", ".join(AuditEntry.__struct_fields__)
BAN: Final = ", ".join(Ban.__struct_fields__[:-1])
CONNECTION: Final = ", ".join(ConnectionRecord.__struct_fields__)
FILE: Final = ", ".join(File.__struct_fields__)
HOOK: Final = ", ".join(Hook.__struct_fields__)
INVITE: Final = ", ".join(Invite.__struct_fields__)
OPERATOR: Final = ", ".join(OperatorRow.__struct_fields__)
PUSH: Final = ", ".join(Subscription.__struct_fields__)
REPORT: Final = ", ".join(Report.__struct_fields__[:-1])
SCHEDULED: Final = ", ".join(ScheduledItem.__struct_fields__)
TOKEN: Final = ", ".join(Token.__struct_fields__)

Row = Iterable[Any]

_json: Final = msgspec.json.Encoder().encode
_settings: Final = msgspec.json.Decoder(AccountSettings).decode
_channels: Final = msgspec.json.Decoder(tuple[str, ...]).decode


def settings_text(settings: AccountSettings) -> str:
    return _json(settings).decode()


def account_values(account: Account) -> tuple[Any, ...]:
    *values, settings = msgspec.structs.astuple(account)
    return (*values, settings_text(settings))


def account_of(row: Row) -> Account:
    number, name, folded, created_at, email, suspended, settings = row
    return Account(number, name, folded, created_at, email, suspended, _settings(settings))


def invite_values(invite: Invite) -> tuple[Any, ...]:
    number, made_by, made_at, expires_at, uses, channels, *rest = msgspec.structs.astuple(invite)
    return (number, made_by, made_at, expires_at, uses, _json(channels).decode(), *rest)


def invite_of(row: Row) -> Invite:
    number, made_by, made_at, expires_at, uses, channels, *rest = row
    return Invite(number, made_by, made_at, expires_at, uses, _channels(channels), *rest)


def operator_values(operator: OperatorRow) -> tuple[Any, ...]:
    return (operator.account, ",".join(operator.rights), operator.added_at)


def operator_of(row: Row) -> OperatorRow:
    account, rights, added_at = row
    return OperatorRow(UserId(account), tuple(rights.split(",")), added_at)


def ban_values(ban: Ban) -> tuple[Any, ...]:
    """The values without the number, in the order of BAN."""
    return msgspec.structs.astuple(ban)[:-1]


def audit_values(entry: AuditEntry) -> tuple[Any, ...]:
    return msgspec.structs.astuple(entry)


def connection_values(record: ConnectionRecord) -> tuple[Any, ...]:
    """The values in the order of CONNECTION, followed by the packed address."""
    return (*msgspec.structs.astuple(record), packed(record.address))


def rows_of(cursor: PushCursor) -> list[tuple[str, int, int, str]]:
    """The rows of push_place: log, place, at, mark."""
    places = [(log, one.place, one.at, "") for log, one in cursor.places.items()]
    return [("", cursor.at, cursor.at, cursor.mark), *places]


def cursor_of(rows: Iterable[Row]) -> PushCursor | None:
    """The cursor of all rows of push_place."""
    known = {log: (place, at, mark) for log, place, at, mark in rows}
    if (whole := known.pop("", None)) is None:
        return None
    return PushCursor(whole[1], whole[2], {LogId(log): PushPlace(*row[:2]) for log, row in known.items()})


def packed(address: str) -> bytes | None:
    """An address as 16 bytes that sort in order, IPv4 as in ::ffff:0:0/96; None if it is not an address."""
    try:
        ip = ip_address(address)
    except ValueError:
        return None
    return ip.packed if ip.version == 6 else bytes(10) + b"\xff\xff" + ip.packed
