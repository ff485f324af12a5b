"""What went wrong in PostgreSQL, in words that say what to do."""

from __future__ import annotations

import os
from typing import Final

import asyncpg
from asyncpg import exceptions

from chover.ports import StoreError

ERRORS: Final = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
"""What asyncpg raises. A server that is killed while it commits shows as InternalClientError."""

_AWAY: Final = "the database cannot be reached: start PostgreSQL, or check the network to it"
_REASONS: Final[dict[type[BaseException], str]] = {
    exceptions.DiskFullError: "the disk is full: free some space",
    exceptions.OutOfMemoryError: "the database's memory is full: give it more",
    exceptions.ReadOnlySQLTransactionError: "the database is read-only: name the primary server in store.url",
    exceptions.InsufficientPrivilegeError: "the role in store.url has too few rights: give it those to its tables",
    exceptions.DataCorruptedError: "the database is damaged: stop the server and restore a backup",
    exceptions.IndexCorruptedError: "the database is damaged: stop the server and restore a backup",
    exceptions.UndefinedTableError: "a table is missing in the database: restore a backup",
}
"""Faults that the next transaction meets as well, whatever is in it."""
_PASSING: Final = (
    exceptions.DeadlockDetectedError,
    exceptions.SerializationError,
    exceptions.LockNotAvailableError,
    exceptions.QueryCanceledError,
    exceptions.TooManyConnectionsError,
)
_LOST: Final = (
    exceptions.PostgresConnectionError,
    exceptions.OperatorInterventionError,
    exceptions.IdleInTransactionSessionTimeoutError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


class Interrupted(StoreError):
    """The connection was lost, or the server gave the work up: what was asked may have been done, and may be again."""


class Unwilling(StoreError):
    """The server refuses whatever is asked of it: its disk is full, it is read-only, …"""


class LeaseExpired(Interrupted):
    """The lease of this node has ended and nobody has taken over: it may write again once it has renewed it.

    So it is for every node after the database was away for longer than a lease.
    """

    def __init__(self) -> None:
        super().__init__("this server's place in the cluster has to be renewed first")


class LeaseLost(Unwilling):
    """Another node has taken this one for dead: it must not write any more."""

    def __init__(self) -> None:
        super().__init__("this server has lost its place in the cluster, and others have taken over: connect again")


def require_lease(holds: bool | None) -> None:
    """``holds``: whether a node's row is valid yet; None if its run is over. Raises LeaseExpired and LeaseLost."""
    if holds is None:
        raise LeaseLost
    if not holds:
        raise LeaseExpired


def told(error: BaseException) -> StoreError:
    """The same as an error of the store, of the kind that its caller has to know."""
    kind = _kind(error)
    if kind is not StoreError:
        return kind(reason(error))
    return StoreError(f"the database refused it: {_line(error)}")


def _kind(error: BaseException) -> type[StoreError]:
    if isinstance(error, tuple(_REASONS)):
        return Unwilling
    # asyncpg says by an InterfaceError that a connection was closed under it.
    closed = isinstance(error, asyncpg.InterfaceError) and not isinstance(error, asyncpg.DataError)
    return Interrupted if closed or isinstance(error, (*_LOST, *_PASSING)) else StoreError


def reason(error: BaseException) -> str:
    """One line: what happened and what to do."""
    for kind, text in _REASONS.items():
        if isinstance(error, kind):
            return text
    if isinstance(error, _PASSING):
        return f"the database is too busy ({_line(error)}): try again in a moment"
    return _AWAY


def not_opened(url: str, error: BaseException) -> StoreError:
    """Why a database cannot be opened, without its password."""
    return StoreError(f"cannot open the database {shown(url)}: {_opening(error)}")


def _opening(error: BaseException) -> str:
    match error:
        case exceptions.InvalidPasswordError() | exceptions.InvalidAuthorizationSpecificationError():
            return f"{_line(error)}; correct the user and the password in store.url"
        case exceptions.InvalidCatalogNameError():
            return f"{_line(error)}; make it with createdb, or correct store.url"
        case exceptions.CannotConnectNowError() | exceptions.TooManyConnectionsError():
            return f"{_line(error)}; try again in a moment"
        case asyncpg.ClientConfigurationError() | ValueError():
            return f"{_line(error)}; store.url is to be postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        case TimeoutError():
            return "it does not answer; check the host and the port in store.url, and the firewall"
        case OSError():
            return f"{_of_the_system(error)}; start PostgreSQL, or correct the host and the port in store.url"
        case _:
            return _line(error)


def _of_the_system(error: OSError) -> str:
    """In the same words whatever the event loop makes of them."""
    number = error.errno or 0
    return os.strerror(number) if number > 0 else error.strerror or _line(error)


def shown(url: str) -> str:
    """The URL without user and password, also of one that is written wrongly."""
    scheme, colon, rest = url.partition("://")
    place = (rest if colon else url).rpartition("@")[2].partition("?")[0]
    port = place.partition("/")[0].rpartition(":")[2]
    if not colon or (":" in place.partition("/")[0] and not port.rstrip("]").isdecimal()):
        return "of store.url"  # What stands there may be a password.
    return f"{scheme}://{place}"


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
