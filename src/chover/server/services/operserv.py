"""OperServ: actions of the server's operators. DLINE and KLINE are other names for its BAN."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from chover.config import Right
from chover.plurals import counted
from chover.ports import AuditEntry, Ban, ConnectionRecord, Denied, StoreError
from chover.server.access.ban_syntax import ALLOWED, FOREVER, BadBan, BanTarget, is_duration, seconds_of
from chover.server.access.bans import until
from chover.server.access.moderation import WantedBan
from chover.server.delivery.render import moment
from chover.server.operators import privileges
from chover.server.services.service import Service, Verb, verbs

if TYPE_CHECKING:
    from chover.server.session.session import Session

NICK: Final = "OperServ"
FORCE: Final = frozenset({"FORCE", "MYSELF"})
SHOWN: Final = 50
"""The default number of rows of a list."""
MOST: Final = 500


def _say(session: Session, text: str) -> None:
    SERVICE.say(session, text)


def allowed(
    right: Right, run: Callable[[Session, list[str]], Awaitable[None] | None]
) -> Callable[[Session, list[str]], Awaitable[None]]:
    """A verb that needs a right and answers a denial with its line. Raises NO_PRIVILEGE, which names the right."""

    async def permitted(session: Session, words: list[str]) -> None:
        privileges.require(session, right)
        try:
            done = run(session, words)
            if done is not None:
                await done
        except (BadBan, Denied, StoreError) as denied:
            _say(session, str(denied))

    return permitted


def wanted(words: list[str]) -> WantedBan:
    """``[FORCE] [duration] <whom> [duration] [reason [| note]]``, with at most one duration. Raises BadBan."""
    rest, force, seconds = list(words), False, 0
    while rest and rest[0].upper() in FORCE | {"ANDKILL"}:
        force = rest.pop(0).upper() in FORCE or force
    before = len(rest) > 1 and is_duration(rest[0])
    if before:
        seconds = seconds_of(rest.pop(0))
    if not rest or (is_duration(rest[0]) and rest[0].lower() not in FOREVER):
        raise BadBan(f"whom? A ban needs {ALLOWED}")
    whom = rest.pop(0)
    if rest and not before and is_duration(rest[0]):
        seconds = seconds_of(rest.pop(0))
    reason, _, note = " ".join(rest).partition("|")
    return WantedBan(whom, seconds, reason.strip(), note.strip(), force)


async def ban(session: Session, words: list[str]) -> None:
    asked = wanted(words)
    try:
        made, gone, also, left_open = await session.node.moderation.ban(privileges.name_of(session), asked, session)
    except Denied as denied:
        raise Denied(denied.code, f"{denied}. BAN FORCE {' '.join(words)} sets it anyway") from denied
    _say(session, f"Ban {made.no}: {BanTarget(made.kind, made.what)} {until(made)}; UNBAN {made.no} lifts it")
    for row in also:
        _say(session, f"Ban {row.no}: {row.what}, which they came from, so that they do not come back as a guest")
    for cloak in left_open:
        again = f"BAN FORCE {cloak} keeps them all out"
        _say(session, f"Others come from {cloak}, too, so they may come back as a guest; {again}")
    if gone:
        _say(session, f"Removed: {', '.join(gone)}")


async def unban(session: Session, words: list[str]) -> None:
    lifted = await session.node.moderation.unban(privileges.name_of(session), words[0])
    for row in lifted:
        _say(session, f"{BanTarget(row.kind, row.what)} is no longer banned")


def bans(session: Session, _: list[str]) -> None:
    held = list(session.node.moderation.bans)
    for row in held:
        _say(session, as_line(row))
    _say(session, counted(len(held), "ban"))


def as_line(row: Ban) -> str:
    why = " | ".join(text for text in (row.reason, row.note) if text)
    told = f": {why}" if why else ""
    return f"{row.no}. {BanTarget(row.kind, row.what)} {until(row)}, by {row.by}, {moment(row.at)}{told}"


async def seen(session: Session, words: list[str]) -> None:
    found = await session.node.connections.find(words[0], SHOWN)
    for record in reversed(found):
        _say(session, connection_line(record))
    _say(session, counted(len(found), "connection") + (", there may be older ones" if len(found) == SHOWN else ""))


def connection_line(record: ConnectionRecord) -> str:
    until = moment(record.until) if record.until else "now"
    account = f", account {record.account}" if record.account else ""
    via = f" via {record.via}" if record.via else ""
    where = record.address or "this machine"
    return (
        f"{record.nick} from {where}{via} ({record.host}) by {record.protocol}{account},"
        f" {moment(record.since)} to {until}"
    )


async def log(session: Session, words: list[str]) -> None:
    number = words[0] if words else ""
    most = min(int(number), MOST) if number.isascii() and number.isdigit() else SHOWN
    for entry in reversed(await session.node.store.records.audit_entries(most)):
        _say(session, audit_line(entry))
    _say(session, "End of the log")


def audit_line(entry: AuditEntry) -> str:
    told = f": {entry.why}" if entry.why else ""
    return f"{moment(entry.at)} {entry.by}: {entry.did}{f' {entry.whom}' if entry.whom else ''}{told}"


# fmt: off
SERVICE: Final = Service(NICK, "OS", "serves operators of the server", verbs(
    Verb("BAN", allowed("ban", ban), "BAN [FORCE] <whom> [duration] [reason [| note]]",
         f"bans somebody from the server: {ALLOWED}; the duration (10m, 2h, 7d, forever) may come first;"
         " the note is for operators",
         1),
    Verb("UNBAN", allowed("ban", unban), "UNBAN <number|whom>", "lifts a ban", 1),
    Verb("BANS", allowed("ban", bans), "BANS", "lists the bans"),
    Verb("SEEN", allowed("see", seen), "SEEN <nick|account:name|address|range|cloak>",
         "shows who was connected from where", 1),
    Verb("LOG", allowed("ban", log), "LOG [how many]", "shows what operators did, when, to whom and why"),
))
# fmt: on
