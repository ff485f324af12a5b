"""The terminal client's state as transcripts see it (tests/transcripts/README.md)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from chover.client.capabilities import FULL
from chover.client.lines import key
from chover.client.notifications import (
    ChannelLeft,
    HistoryMissed,
    InvitationReceived,
    Note,
    Notification,
    PlainLine,
    Word,
)
from chover.client.screen.rendering.conversation_rows import ConversationRows
from chover.client.state import (
    State,
    actions,
    dispatch,
    drafts,
    history_requests,
    leaving,
    lifecycle,
    preferences,
    sending,
    threads,
)
from chover.client.state.conversation import Conversation, Thread, root_of
from chover.client.state.entries import Entry
from chover.client.state.model.drafts import LocalDraft
from chover.client.state.model.outbox import Pending
from chover.client.state.overview import in_order
from chover.engine.metadata import BLOCKED
from chover.wire.message import ProtocolError, parse
from chover.wire.plain import harmless

START: Final = 1_760_000_000_000
VALUES: Final = {"draft/multiline": "max-bytes=4096,max-lines=32"}


class Terminal:
    """Does what a transcript says and tells what is seen."""

    def __init__(self) -> None:
        self.state = State(discovers=True, channel="")
        self.state.now = START
        self.sent: list[str] = []
        self.told: list[str] = []
        self.invited: list[list[str]] = []
        self._missed: HistoryMissed | None = None
        self._nonces = 0

    def forget(self) -> None:
        """What was sent and told up to now is of no interest."""
        self.sent.clear()
        self.told.clear()
        self.invited.clear()

    # ---- what goes in

    def hear(self, line: str) -> None:
        try:
            message = parse(line)
        except ProtocolError:
            return
        for notifications in dispatch.receive(self.state, message, self.state.now):
            self._take(notifications)
        self._write()

    def _take(self, notifications: Notification) -> None:
        match notifications:
            case Word(text) | Note(text):
                self.told.append(text)
            case ChannelLeft(channel, reason) if reason != "left":
                self.told.append(f"{channel}: {reason}")
            case InvitationReceived(channel, by):
                self.invited.append([channel, by])
            case HistoryMissed():
                self._missed = notifications

    def _write(self) -> None:
        self.sent += lifecycle.take(self.state) if self.state.online else []

    def do(self, what: str, given: dict[str, Any]) -> None:
        try:
            ACTIONS[what](self, **given)
        except actions.CannotDo as refused:
            self.told.append(str(refused))
        self._write()

    def nonce(self) -> str:
        self._nonces += 1
        return f"n{self._nonces}"

    def entry(self, where: str, msgid: str) -> tuple[Conversation, Entry]:
        conversation = self.state.conversations[key(where)]
        entry = conversation.find(msgid)
        assert entry is not None, f"{msgid} is not in {where}"
        return conversation, entry

    # ---- what comes out

    def see(self, where: str, what: str) -> Any:
        if where == "*":
            return WHOLE[what](self)
        conversation = self.state.conversations.get(key(where))
        assert conversation is not None, f"there is no conversation {where}"
        return OF_CONVERSATION[what](self, conversation)

    def rows(self, conversation: Conversation, *, talk: bool, events: bool) -> list[str]:
        rows = ConversationRows(self.state, conversation)
        entries = [e for e in rows.source.entries if e.kind != "note" and not rows.hidden(e)]
        return [row(e, conversation.channel) for e in entries if (talk if e.is_talk else events)]

    def waiting(self, conversation: Conversation) -> list[str]:
        return [waiting(each) for each in ConversationRows(self.state, conversation).pending()]

    def people(self) -> dict[str, dict[str, Any]]:
        return {
            user.nick: {"account": user.account, "realname": user.realname, "away": user.away}
            for user in self.state.users.values()
        }

    def found(self) -> Any:
        search = self.state.search
        return [f"{found.name} {row(found.entry, True)}" for found in search.found] if search else None

    def missed(self) -> Any:
        if self._missed is None:
            return None
        lines = [line for line in self._missed.lines if not self.state.preferences.ignores(line.sender, line.account)]
        return [
            *[f"{one.conversation} {one.count} {one.ours}" for one in self._missed.unread],
            *[f"{line.conversation} {_said(line)}" for line in lines],
        ]


def _said(line: PlainLine) -> str:
    form = {"message": "{}: {}", "action": "* {} {}", "notice": "-{}- {}"}[line.kind]
    return form.format(line.sender, line.text)


def row(entry: Entry, channel: bool) -> str:
    """An entry as README.md says."""
    nick, text = harmless(entry.nick), "\n".join(map(harmless, entry.text.split("\n")))
    if not entry.is_talk:
        return f"({' '.join(word for word in (entry.kind, nick, harmless(entry.about), text) if word)})"
    form = {"message": "{}: {}", "action": "* {} {}", "notice": "-{}- {}"}[entry.kind]
    flags = [name for name in ("deleted", "edited") if getattr(entry, name)]
    flags += ["mention"] if entry.mentions and channel else []
    flags += ["bot"] if entry.bot else []
    flags += [f"reply:{entry.reply_to}"] if entry.reply_to else []
    flags += [f"{reaction}:{','.join(nicks)}" for reaction, nicks in (entry.reactions or {}).items()]
    said = form.format(nick, text)
    return f"{said} [{' '.join(flags)}]" if flags else said


def waiting(pending: Pending) -> str:
    how = f"failed: {pending.reason}" if pending.reason else "sent" if pending.sent else "pending"
    reply = f"reply:{pending.reply_to} " if pending.reply_to else ""
    return f"{'* ' if pending.action else ''}{pending.text} [{reply}{how}]"


def draft(terminal: Terminal, known: str) -> str:
    held = terminal.state.drafts
    row = held.rows.get(known, LocalDraft(""))
    flags = [f"reply:{row.reply}"] if row.reply else []
    flags += ["another waits"] if known in held.others else []
    return f"{row.text} [{' '.join(flags)}]" if flags else row.text


def _typing(terminal: Terminal, conversation: Conversation) -> list[str]:
    return [typing.nick for typing in conversation.typing.values() if typing.until > terminal.state.now]


def _read(_: Terminal, conversation: Conversation) -> float:
    return (conversation.read_at - START) / 1000 if conversation.read_at else 0


def _threads(terminal: Terminal, conversation: Conversation) -> list[str]:
    """The loaded messages that begin a thread."""
    found = []
    for entry in conversation.entries:
        if entry.msgid in conversation.answers and root_of(conversation, entry) == entry.msgid:
            replies, last, unread = threads.summary(terminal.state, conversation, entry.msgid)
            found.append(f"{entry.msgid}: {replies}, {unread} new, last {(last - START) // 1000}")
    return found


def _thread(terminal: Terminal, conversation: Conversation) -> list[str] | None:
    if not isinstance(conversation.detour, Thread):
        return None
    return terminal.rows(conversation, talk=True, events=False)


def _close_thread(t: Terminal, **where: str) -> None:
    t.state.conversations[key(where["in"])].detour = None


OF_CONVERSATION: Final[dict[str, Callable[[Terminal, Conversation], Any]]] = {
    "rows": lambda terminal, c: terminal.rows(c, talk=True, events=False),
    "events": lambda terminal, c: terminal.rows(c, talk=False, events=True),
    "all": lambda terminal, c: terminal.rows(c, talk=True, events=True),
    "waiting": lambda terminal, c: terminal.waiting(c),
    "unread": lambda _, c: c.unread,
    "mentions": lambda _, c: c.mentions,
    "typing": _typing,
    "members": lambda _, c: sorted(member.ranks + member.nick for member in c.members.values()),
    "name": lambda _, c: c.name,
    "topic": lambda _, c: harmless(c.topic),
    "joined": lambda _, c: c.joined,
    "older": lambda _, c: (c.detour or c).older.value,
    "read": _read,
    "draft": lambda terminal, c: draft(terminal, c.key),
    "threads": _threads,
    "thread": _thread,
}
WHOLE: Final[dict[str, Callable[[Terminal], Any]]] = {
    "conversations": lambda t: sorted(c.name for c in in_order(t.state)),
    "drafts": lambda t: sorted(
        f"{row.name}{' ' * bool(row.thread)}{row.thread}: {row.text}" for row in t.state.drafts.rows.values()
    ),
    "active": lambda t: t.state.current.name if t.state.current else "",
    "nick": lambda t: t.state.nick,
    "account": lambda t: t.state.account,
    "away": lambda t: t.state.away,
    "told": lambda t: _emptied(t.told),
    "invited": lambda t: _emptied(t.invited),
    "joins": lambda t: [line.split()[1] for line in t.sent if line.startswith("JOIN ")],
    "people": Terminal.people,
    "pinned": lambda t: sorted(t.state.preferences.pinned),
    "muted": lambda t: sorted(t.state.preferences.muted),
    "ignored": lambda t: sorted(t.state.preferences.ignored),
    "notify": lambda t: t.state.preferences.notify,
    "pins": lambda t: t.state.preferences.pins,
    "found": Terminal.found,
    "missed": Terminal.missed,
}


def _emptied(items: list[Any]) -> list[Any]:
    taken = items.copy()
    items.clear()
    return taken


# ---- what a person does


def _connect(t: Terminal, caps: tuple[str, ...] = (), account: str = "", nick: str = "ann") -> None:
    added = {cap[1:].partition("=")[::2] for cap in caps if cap[0] == "+"}
    taken = {cap[1:] for cap in caps if cap[0] == "-"}
    every = {cap: VALUES.get(cap, "") for cap in FULL} | dict(added)
    lifecycle.begin(t.state, nick, {cap: value for cap, value in every.items() if cap not in taken}, account)


def _say(t: Terminal, to: str, text: str, action: bool = False, reply: str = "") -> None:
    actions.place(t.state, to)
    for piece in sending.pieces(t.state, to, text, action=action):
        t.state.say(to, piece, t.nonce(), action=action, reply_to=reply)


def _edit(t: Terminal, text: str, msgid: str, **where: str) -> None:
    actions.edit(t.state, *t.entry(where["in"], msgid), text)


def _delete(t: Terminal, msgid: str, reason: str = "", **where: str) -> None:
    actions.delete(t.state, *t.entry(where["in"], msgid), reason)


def _react(t: Terminal, msgid: str, reaction: str, **where: str) -> None:
    actions.react(t.state, *t.entry(where["in"], msgid), reaction)


def _type(t: Terminal, active: bool, **where: str) -> None:
    actions.typing(t.state, t.state.conversations[key(where["in"])], active=active)


def _draft(t: Terminal, text: str, reply: str = "", thread: str = "", **where: str) -> None:
    drafts.write(t.state, where["in"], text, reply, thread)


def _leave(t: Terminal, name: str, reason: str = "") -> None:
    leaving.leave(t.state, t.state.conversations[key(name)], reason)


def _open(t: Terminal, name: str) -> None:
    if key(name) in t.state.conversations:
        t.state.show(key(name))
    else:
        actions.talk_to(t.state, name)


def _wait(t: Terminal, seconds: float) -> None:
    t.state.now += round(seconds * 1000)
    leaving.depart(t.state)


def _look(t: Terminal, looking: bool) -> None:
    t.state.looking = looking


def _mark(t: Terminal, name: str, key: str, value: str) -> None:
    preferences.put(t.state, name, key, value or None)


def _read_all(t: Terminal, name: str) -> None:
    t.state.read(key(name))
    if key(name) in t.state.conversations:
        preferences.read_again(t.state, t.state.conversations[key(name)])


def _older(t: Terminal, **where: str) -> None:
    history_requests.load_older(t.state, t.state.conversations[key(where["in"])])


def _look_at(t: Terminal, msgid: str, **where: str) -> None:
    history_requests.look_at(t.state, t.state.conversations[key(where["in"])], msgid)


def _away(t: Terminal, text: str) -> None:
    t.state.absent = text
    t.state.lines.append(f"AWAY :{text}" if text else "AWAY")


ACTIONS: Final[dict[str, Callable[..., None]]] = {
    "connect": _connect,
    "lose": lambda t: lifecycle.lost(t.state),
    "wait": _wait,
    "open": _open,
    "look": lambda t: _look(t, True),
    "look away": lambda t: _look(t, False),
    "read": _read_all,
    "say": _say,
    "edit": _edit,
    "delete": _delete,
    "react": _react,
    "type": lambda t, **where: _type(t, True, **where),
    "stop typing": lambda t, **where: _type(t, False, **where),
    "join": lambda t, name, key="": actions.join(t.state, name, key),
    "leave": _leave,
    "draft": _draft,
    "keep drafts": lambda t: drafts.flush(t.state),
    "draft sent": lambda t, thread="", **where: drafts.sent(t.state, where["in"], thread),
    "ignore": lambda t, nick: _mark(t, nick, BLOCKED, "1"),
    "unignore": lambda t, nick: _mark(t, nick, BLOCKED, ""),
    "mark": _mark,
    "pin": lambda t, msgid, **where: preferences.pin(t.state, where["in"], msgid),
    "unread": lambda t, msgid, **where: preferences.mark_unread(t.state, *t.entry(where["in"], msgid)),
    "older": _older,
    "look at": _look_at,
    "thread": lambda t, msgid, **where: threads.open_thread(t.state, t.state.conversations[key(where["in"])], msgid),
    "read thread": lambda t, **where: preferences.read_thread(t.state, t.state.conversations[key(where["in"])]),
    "close thread": _close_thread,
    "retry": lambda t, nonce: actions.retry(t.state, nonce),
    "give up": lambda t, nonce: t.state.failed.pop(nonce, None),
    "be away": _away,
    "search": lambda t, attributes: history_requests.search(t.state, attributes),
    "catch up": lambda t: history_requests.ask_what_was_missed(t.state, "CATCHUP"),
    "mentions": lambda t: history_requests.ask_what_was_missed(t.state, "MENTIONS"),
}

# ---- lines


def filled(line: str, sent: list[str]) -> str:
    """A line of a transcript as it stands on the wire; ``sent`` is all that was sent up to now."""
    line = re.sub(r"\{label:([^}]+)\}", lambda hit: _label(sent, hit[1]), line)
    line = re.sub(r"(@|;)label=(;| )", lambda hit: hit[1] if hit[2] == ";" else hit[2] * (hit[1] == ";"), line)
    return re.sub(r"\{(-?[\d.]+)\}", lambda hit: at(float(hit[1])), line)


def _label(sent: list[str], word: str) -> str:
    asked = next((line for line in reversed(sent) if word in line), None)
    assert asked is not None, f"nobody asked for {word}"
    found = re.search(r"label=([^ ;]+)", asked)
    return found[1] if found else ""


def at(seconds: float) -> str:
    moment = datetime.fromtimestamp(START / 1000 + seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def neutral(line: str) -> tuple[frozenset[tuple[str, str]], tuple[str, ...]]:
    """A line that was sent, without what each client may choose."""
    message = parse(line)
    tags = {name: "b" if name == "batch" else value for name, value in message.tags.items()}
    if tags.get("label", "").startswith("ask-"):
        del tags["label"]
    words = [message.command, *message.params]
    if message.command == "CHATHISTORY":
        words[-1] = "*"
    if message.command == "BATCH":
        words[1] = words[1][:1] + "b"
    words[-1] = re.sub("\x01VERSION chover.*\x01", "\x01VERSION chover\x01", words[-1])
    return frozenset(tags.items()), tuple(words)
