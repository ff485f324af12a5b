"""Where strangers meet: the server and a store, a bus, the accounts; the doors and the server.

Nobody here does anything. A room that implements one of these and a room that uses it never import each other.
"""

from chover.engine.decision import Append
from chover.ports.accounts import Account, Accounts, AccountSettings, Denied, Exchange, Login, Token
from chover.ports.bus import Bus
from chover.ports.doors import Host, Observer, OpenSession, Peer, Refused, Sink
from chover.ports.files import File, FileRows, Files, NoFiles, NotTaken, Obstacle, OverQuota, Upload
from chover.ports.operator import Operator, Present
from chover.ports.registry import Code, Credentials, Invite, Registry, Taken
from chover.ports.search import Query, Scope, Search, Unread
from chover.ports.store import (
    AccessRow,
    ChannelRow,
    Committed,
    Conflict,
    Direction,
    Failed,
    ListRow,
    MemberRow,
    MetadataRow,
    Outcome,
    Repeated,
    Selector,
    SinceRow,
    Snapshot,
    Store,
    StoreError,
    Vanished,
)

__all__ = [
    "AccessRow",
    "Account",
    "AccountSettings",
    "Accounts",
    "Append",
    "Bus",
    "ChannelRow",
    "Code",
    "Committed",
    "Conflict",
    "Credentials",
    "Denied",
    "Direction",
    "Exchange",
    "Failed",
    "File",
    "FileRows",
    "Files",
    "Host",
    "Invite",
    "ListRow",
    "Login",
    "MemberRow",
    "MetadataRow",
    "NoFiles",
    "NotTaken",
    "Observer",
    "Obstacle",
    "OpenSession",
    "Operator",
    "Outcome",
    "OverQuota",
    "Peer",
    "Present",
    "Query",
    "Refused",
    "Registry",
    "Repeated",
    "Scope",
    "Search",
    "Selector",
    "SinceRow",
    "Sink",
    "Snapshot",
    "Store",
    "StoreError",
    "Taken",
    "Token",
    "Unread",
    "Upload",
    "Vanished",
]
