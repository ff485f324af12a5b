"""Actions other than sending messages. Each adds lines to ``lines`` that bring it about. No I/O."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from chover import names
from chover.client.guard import STOPPED, looks_like_a_password
from chover.client.lines import key
from chover.client.state import history_requests, sending, timeline
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry
from chover.client.state.model.outbox import Pending
from chover.client.state.model.requests import HistoryRequest
from chover.client.state.model.state import State
from chover.i18n import _
from chover.wire.message import format_line

TYPING_GAP: Final = 3_000
"""The minimum time between two typing notifications, in milliseconds."""


class CannotDo(Exception):
    """The server does not support it, or it cannot be done here; the text is one line for the person who asked."""


def need(state: State, cap: str, what: str) -> None:
    """Raises CannotDo if the server does not offer ``cap``."""
    if not state.online:
        raise CannotDo(_("There is no connection; this works when it is back."))
    if cap not in state.caps:
        raise CannotDo(_("This server does not offer {what}.", what=what))


def _guard(text: str) -> None:
    """Raises CannotDo for text that others would read and that looks like a password."""
    if looks_like_a_password(text):
        raise CannotDo(_(STOPPED))


def log_in(state: State, account: str, password: str) -> None:
    """With SASL PLAIN if the server has it (https://ircv3.net/specs/extensions/sasl-3.2), otherwise with NickServ."""
    if not state.online:
        raise CannotDo(_("There is no connection; this works when it is back."))
    if "sasl" in state.caps:
        state.credentials = b64encode(f"\0{account}\0{password}".encode()).decode()
        state.lines.append("AUTHENTICATE PLAIN")
    else:
        state.lines.append(format_line("PRIVMSG", "NickServ", f"IDENTIFY {account} {password}"))


def react(state: State, conversation: Conversation, entry: Entry, reaction: str) -> None:
    """Add a reaction to a message, or remove it."""
    need(state, "message-tags", _("reactions"))
    _guard(reaction)
    mine = state.nick in (entry.reactions or {}).get(reaction, [])
    tags = {"+draft/unreact" if mine else "+draft/react": reaction, "+draft/reply": entry.msgid}
    state.lines.append(format_line("TAGMSG", conversation.name, tags=tags))


def delete(state: State, conversation: Conversation, entry: Entry, reason: str = "") -> None:
    need(state, "draft/message-redaction", _("deleting messages"))
    _guard(reason)
    reasons = [reason] if reason else []
    state.ask(HistoryRequest("wish", what=_("Not deleted")), "REDACT", conversation.name, entry.msgid, *reasons)


def edit(state: State, conversation: Conversation, entry: Entry, text: str) -> None:
    """Change the text of one of our messages."""
    need(state, "chover.chat/edit", _("editing messages"))
    after = text.strip()
    _guard(after)
    if after and after != entry.text:
        label = state.label(HistoryRequest("wish", what=_("Not changed")))
        state.lines += sending.change(state, label, conversation.name, entry.msgid, after)


def invite_link(state: State, channel: str, terms: str) -> None:
    """Ask ChanServ for an invitation link (docs/protocol.md, "Invitations"). It arrives as a notification."""
    state.link_for = channel
    state.lines.append(format_line("PRIVMSG", "ChanServ", f"INVITE-LINK {channel} {terms}".rstrip()))


def retry(state: State, nonce: str) -> Pending | None:
    """Send a refused message again, under the same nonce."""
    pending = state.failed.pop(nonce, None)
    if pending is not None:
        state.outbox.add(
            nonce, pending.target, pending.text, action=pending.action, reply_to=pending.reply_to, at=pending.at
        )
    return pending


def typing(state: State, conversation: Conversation, *, active: bool) -> None:
    """Send a typing notification, or end it (https://ircv3.net/specs/client-tags/typing)."""
    at, where = state.typed
    told = where == conversation.key and at > 0
    if not state.can("message-tags") or not state.settled or (conversation.channel and not conversation.joined):
        return
    if (active and told and state.now - at < TYPING_GAP) or (not active and not told):
        return
    state.typed = (state.now, conversation.key) if active else (0, "")
    tags = {"+typing": "active" if active else "done"}
    state.lines.append(format_line("TAGMSG", conversation.name, tags=tags))


def join(state: State, channel: str, password: str = "") -> None:
    """Join a channel and show it."""
    known = state.conversations.get(key(channel))
    if known is not None and known.joined:
        state.show(known.key)
        return
    if not state.online:
        raise CannotDo(_("There is no connection; this works when it is back."))
    state.wanted[key(channel)] = channel
    state.opening = key(channel)
    state.brings_draft = not state.drafts.waits(state.active)
    state.lines.append(format_line("JOIN", channel, *([password] if password else [])))


def close(state: State, conversation: Conversation, reason: str = "") -> None:
    """Leave a channel, or close a private conversation."""
    _guard(reason)
    if conversation.joined:
        state.lines.append(format_line("PART", conversation.name, *([reason] if reason else [])))
    else:
        timeline.out(state, conversation.name, "left")
        if conversation.key in state.conversations:
            state.forget(conversation)


def talk_to(state: State, nick: str) -> Conversation:
    """Open a private conversation."""
    fresh = key(nick) not in state.conversations
    conversation = state.conversation(nick)
    if fresh:
        history_requests.opened(state, conversation)
    state.show(conversation.key)
    return conversation


def place(state: State, name: str) -> Conversation:
    """The conversation of that name; private ones are opened. Raises CannotDo for an unknown channel."""
    known = state.conversations.get(key(name))
    if known is None and names.is_channel(name):
        raise CannotDo(_("You are not in {name}: /join {name} goes there.", name=name))
    return known or state.conversation(name)


def pin_for_all(state: State, conversation: Conversation, msgid: str) -> bool:
    """Pin a message for everybody, or unpin it. Returns whether it was asked to be pinned. Raises CannotDo."""
    need(state, "chover.chat/pins", _("pinning for everybody"))
    if not conversation.channel:
        raise CannotDo(_("Only messages of a channel can be pinned for everybody; /save saves one for yourself."))
    stays = msgid not in conversation.pins
    state.lines.append(format_line("PIN" if stays else "UNPIN", conversation.name, msgid))
    return stays
