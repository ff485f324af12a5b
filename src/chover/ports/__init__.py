"""The interfaces between independent packages: what the server needs from a store, a bus, accounts and so on.

It holds only Protocol classes and data, no behaviour. A package that implements an interface and a package
that uses it never import each other.

To add another database, start with ``storage.Storage``. It names everything that has to be implemented, and the
contracts in tests/store that an implementation has to pass. ``chover.store.opening`` chooses it.
"""

from chover.engine.append import Append
from chover.ports.account_service import Accounts, Exports, NotExported, OpenExport
from chover.ports.accounts import (
    Account,
    AccountSettings,
    ConversationPreference,
    Denied,
    Draft,
    Exchange,
    Login,
    Token,
)
from chover.ports.bus import Bus, BusError
from chover.ports.files import File, FileRows, Files, NoFiles, NotTaken, Obstacle, OverQuota, Upload
from chover.ports.hooks import Hook, HookAdmin, HookRow, HookRows, Hooks, NewHook, NotPosted, Voice
from chover.ports.host import Host, Observer, OpenSession, Refused, Sink
from chover.ports.invitations import Invitations, Welcome
from chover.ports.moderation import Banned, ChannelDetails, ChannelFacts, Erased, Moderator
from chover.ports.operator import (
    AccountRow,
    NewInvitation,
    NewOperator,
    Operator,
    OperatorAdmin,
    OperatorFacts,
    Present,
    Registrar,
)
from chover.ports.peer import Peer
from chover.ports.records import AuditEntry, Ban, BanKind, ConnectionQuery, ConnectionRecord, Records
from chover.ports.registry import BY_OPERATOR, Code, Credentials, Invite, Newcomer, OperatorRow, Registry, Taken
from chover.ports.reports import Report, Reports
from chover.ports.search import Query, Scope, Search, UnreadCount
from chover.ports.storage import CopyFacts, Recovered, Storage, StorageBackup, StorageBytes, StorageSizes
from chover.ports.store import (
    AccessRow,
    ChannelRow,
    Committed,
    Conflict,
    Direction,
    Failed,
    FormerRow,
    Going,
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
from chover.ports.terminal_ui import Caller, TerminalScreen, TerminalUi, TerminalUiFactory

__all__ = [
    "BY_OPERATOR",
    "AccessRow",
    "Account",
    "AccountRow",
    "AccountSettings",
    "Accounts",
    "Append",
    "AuditEntry",
    "Ban",
    "BanKind",
    "Banned",
    "Bus",
    "BusError",
    "Caller",
    "ChannelDetails",
    "ChannelFacts",
    "ChannelRow",
    "Code",
    "Committed",
    "Conflict",
    "ConnectionQuery",
    "ConnectionRecord",
    "ConversationPreference",
    "CopyFacts",
    "Credentials",
    "Denied",
    "Direction",
    "Draft",
    "Erased",
    "Exchange",
    "Exports",
    "Failed",
    "File",
    "FileRows",
    "Files",
    "FormerRow",
    "Going",
    "Hook",
    "HookAdmin",
    "HookRow",
    "HookRows",
    "Hooks",
    "Host",
    "Invitations",
    "Invite",
    "ListRow",
    "Login",
    "MemberRow",
    "MetadataRow",
    "Moderator",
    "NewHook",
    "NewInvitation",
    "NewOperator",
    "Newcomer",
    "NoFiles",
    "NotExported",
    "NotPosted",
    "NotTaken",
    "Observer",
    "Obstacle",
    "OpenExport",
    "OpenSession",
    "Operator",
    "OperatorAdmin",
    "OperatorFacts",
    "OperatorRow",
    "Outcome",
    "OverQuota",
    "Peer",
    "Present",
    "Query",
    "Records",
    "Recovered",
    "Refused",
    "Registrar",
    "Registry",
    "Repeated",
    "Report",
    "Reports",
    "Scope",
    "Search",
    "Selector",
    "SinceRow",
    "Sink",
    "Snapshot",
    "Storage",
    "StorageBackup",
    "StorageBytes",
    "StorageSizes",
    "Store",
    "StoreError",
    "Taken",
    "TerminalScreen",
    "TerminalUi",
    "TerminalUiFactory",
    "Token",
    "UnreadCount",
    "Upload",
    "Vanished",
    "Voice",
    "Welcome",
]
