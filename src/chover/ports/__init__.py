"""Where strangers meet: the server and a store, a bus, the accounts; the doors and the server.

Nobody here does anything. A room that implements one of these and a room that uses it never import each other.
"""

from chover.engine.decision import Append
from chover.ports.account_service import Accounts
from chover.ports.accounts import Account, AccountSettings, Denied, Draft, Exchange, Login, Mark, Token
from chover.ports.bus import Bus
from chover.ports.doors import Host, Observer, OpenSession, Refused, Sink
from chover.ports.faces import Caller, Face, FaceFactory, Screen
from chover.ports.files import File, FileRows, Files, NoFiles, NotTaken, Obstacle, OverQuota, Upload
from chover.ports.hooks import Hook, HookKeeper, HookRow, HookRows, Hooks, NewHook, NotPosted, Voice
from chover.ports.invitations import Invitations, Welcome
from chover.ports.moderation import Banned, ChannelDetails, ChannelFacts, Moderator
from chover.ports.operator import AccountRow, Invitation, Operator, Present, Registrar
from chover.ports.peer import Peer
from chover.ports.records import Ban, BanKind, Deed, Records, Sought, Visit
from chover.ports.registry import BY_OPERATOR, Code, Credentials, Invite, Newcomer, Registry, Taken
from chover.ports.reports import Report, Reports
from chover.ports.search import Query, Scope, Search, Unread
from chover.ports.store import (
    AccessRow,
    ChannelRow,
    Committed,
    Conflict,
    Direction,
    Failed,
    FormerRow,
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
    "BY_OPERATOR",
    "AccessRow",
    "Account",
    "AccountRow",
    "AccountSettings",
    "Accounts",
    "Append",
    "Ban",
    "BanKind",
    "Banned",
    "Bus",
    "Caller",
    "ChannelDetails",
    "ChannelFacts",
    "ChannelRow",
    "Code",
    "Committed",
    "Conflict",
    "Credentials",
    "Deed",
    "Denied",
    "Direction",
    "Draft",
    "Exchange",
    "Face",
    "FaceFactory",
    "Failed",
    "File",
    "FileRows",
    "Files",
    "FormerRow",
    "Hook",
    "HookKeeper",
    "HookRow",
    "HookRows",
    "Hooks",
    "Host",
    "Invitation",
    "Invitations",
    "Invite",
    "ListRow",
    "Login",
    "Mark",
    "MemberRow",
    "MetadataRow",
    "Moderator",
    "NewHook",
    "Newcomer",
    "NoFiles",
    "NotPosted",
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
    "Records",
    "Refused",
    "Registrar",
    "Registry",
    "Repeated",
    "Report",
    "Reports",
    "Scope",
    "Screen",
    "Search",
    "Selector",
    "SinceRow",
    "Sink",
    "Snapshot",
    "Sought",
    "Store",
    "StoreError",
    "Taken",
    "Token",
    "Unread",
    "Upload",
    "Vanished",
    "Visit",
    "Voice",
    "Welcome",
]
