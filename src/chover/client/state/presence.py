"""Members and users: joins, parts, nicks, ranks, topics, away. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from chover.client.lines import from_iso, key, same
from chover.client.notifications import ChannelJoined, InvitationReceived, Note, Notification
from chover.client.state import drafts, history_requests, leaving, preferences, server, timeline
from chover.client.state.conversation import Conversation, Member, Typing
from chover.client.state.entries import happened, member_of
from chover.client.state.model import bounds
from chover.client.state.model.state import KnownUser, State
from chover.i18n import _
from chover.wire.message import Message
from chover.wire.plain import harmless


def _param(message: Message, at: int) -> str:
    return message.params[at] if at < len(message.params) else ""


def _about(state: State, message: Message, at: int = 0) -> Conversation | None:
    """The conversation that a parameter names, if we have it."""
    return state.conversations.get(key(_param(message, at)))


def _show(state: State, conversation: Conversation | None, message: Message) -> list[Notification]:
    entry = happened(message, state.nick, state.now) if conversation is not None else None
    return timeline.add(state, conversation, entry) if conversation is not None and entry is not None else []


def meet(state: State, nick: str, **known: str | bool) -> None:
    """Update what is known about somebody."""
    before = state.users.get(key(nick)) or KnownUser(nick)
    if len(state.users) >= bounds.PEOPLE and key(nick) not in state.users:
        return
    state.users[key(nick)] = msgspec.structs.replace(before, nick=nick, **known)


def _join(state: State, message: Message) -> list[Notification]:
    name, account, realname = _param(message, 0), _param(message, 1), _param(message, 2)
    mine = bool(name) and state.is_me(message.nick)
    if mine and key(name) not in state.channels and len(state.channels) >= bounds.CHANNELS:
        return bounds.left_out(state, "channels")
    conversation = state.conversation(name) if mine else _about(state, message)
    if conversation is None:
        return []
    meet(state, message.nick, account="" if account == "*" else account, realname=realname, away=False)
    notifications = bounds.admit(state, conversation, message.nick, key(message.nick))
    notifications += _joined(state, conversation, message) if mine else []
    return [*notifications, *_show(state, conversation, message)]


def _joined(state: State, conversation: Conversation, message: Message) -> list[Notification]:
    state.mask = message.source
    conversation.joined = True
    conversation.name = message.params[0]
    conversation.pins, conversation.pinning = [], []
    state.channels[conversation.key] = conversation.name
    if conversation.leaving is None:
        state.wanted[conversation.key] = conversation.name
    if not state.active or state.opening == conversation.key:
        drafts.bring_along(state, conversation)
        state.show(conversation.key)
    if state.opening == conversation.key:
        state.opening = ""
    since = from_iso(message.tags.get("time", "")) or state.now
    return [ChannelJoined(harmless(conversation.name)), *history_requests.catch_up(state, conversation, since)]


def _part(state: State, message: Message) -> list[Notification]:
    if message.params and state.is_me(message.nick):
        return timeline.out(state, message.params[0], "left")
    conversation = _about(state, message)
    if conversation is not None:
        _leave(conversation, message.nick)
    return _show(state, conversation, message)


def _kick(state: State, message: Message) -> list[Notification]:
    if len(message.params) < 2:
        return []
    channel, who, reason = message.params[0], message.params[1], _param(message, 2)
    conversation = _about(state, message)
    if conversation is not None:
        _leave(conversation, who)
    notifications = _show(state, conversation, message)
    if not same(who, state.nick):
        return notifications
    text = _("kicked by {nick}", nick=message.nick) + (f" ({reason})" if reason else "")
    return [*notifications, *timeline.out(state, channel, harmless(text), stays=True)]


def _quit(state: State, message: Message) -> list[Notification]:
    notifications: list[Notification] = []
    for conversation in list(state.conversations.values()):
        folded = key(message.nick)
        if folded in conversation.members or conversation.key == folded:
            _leave(conversation, message.nick)
            notifications += _show(state, conversation, message)
    state.users.pop(key(message.nick), None)
    return notifications


def _leave(conversation: Conversation, nick: str) -> None:
    conversation.members.pop(key(nick), None)
    conversation.typing.pop(key(nick), None)


def _nick(state: State, message: Message) -> list[Notification]:
    after, before = _param(message, 0), message.nick
    if not after:
        return []
    user = state.users.pop(key(before), None)
    if user is not None:
        state.users[key(after)] = msgspec.structs.replace(user, nick=after)
    notifications: list[Notification] = []
    for conversation in list(state.conversations.values()):
        typing = conversation.typing.pop(key(before), None)
        if typing is not None:
            conversation.typing[key(after)] = Typing(after, typing.until)
        member = conversation.members.pop(key(before), None)
        if member is not None:
            conversation.members[key(after)] = Member(after, member.ranks)
            notifications += _show(state, conversation, message)
    if state.is_me(before):
        state.nick = state.held = after
    else:
        _moved(state, before, after)
    return notifications


def _moved(state: State, before: str, after: str) -> None:
    """Somebody we talk with has another nick."""
    conversation = state.conversations.get(key(before))
    if (
        conversation is None
        or conversation.channel
        or state.conversations.get(key(after), conversation) is not conversation
    ):
        return
    _renamed(state, conversation, after)


def _renamed(state: State, conversation: Conversation, after: str) -> None:
    before = conversation.key
    drafts.renamed(state, conversation.name, after)
    conversation.key, conversation.name, conversation.gap.name = key(after), after, after
    # Keep its place, so that lists do not jump.
    state.conversations = {c.key: c for c in state.conversations.values()}
    if state.active == before:
        state.active = conversation.key


def _channel_renamed(state: State, message: Message) -> list[Notification]:
    """RENAME old new: https://ircv3.net/specs/extensions/channel-rename (draft)"""
    before, after = _param(message, 0), _param(message, 1)
    conversation = _about(state, message)
    if conversation is None or not after:
        return []
    state.channels.pop(key(before), None)
    state.wanted.pop(key(before), None)
    state.channels[key(after)] = state.wanted[key(after)] = after
    if key(before) != key(after):
        # A conversation here under the new name was another channel, which we are not in.
        state.conversations.pop(key(after), None)
    _renamed(state, conversation, after)
    state.outbox.renamed(before, after, same)
    state.markers[key(after)] = conversation.read_at
    preferences.renamed(state, before, after)
    return _show(state, conversation, message)


def _topic(state: State, message: Message) -> list[Notification]:
    conversation = _about(state, message)
    if conversation is not None:
        conversation.topic = _param(message, 1)
    return _show(state, conversation, message)


def _topic_is(state: State, message: Message) -> list[Notification]:
    """332 and 331: the topic, or that there is none."""
    conversation = _about(state, message, 1)
    if conversation is not None:
        conversation.topic = _param(message, 2) if message.command == "332" else ""
    return []


def _mode(state: State, message: Message) -> list[Notification]:
    conversation = _about(state, message)
    if conversation is None:
        return []
    for sign, letter, value in state.support.modes(_param(message, 1), message.params[2:]):
        prefix = state.support.prefix_of(letter)
        if prefix:
            _rank(state, conversation, value, prefix, given=sign == "+")
    return _show(state, conversation, message)


def _rank(state: State, conversation: Conversation, nick: str, prefix: str, *, given: bool) -> None:
    member = conversation.members.get(key(nick))
    if member is not None:
        held = {*member.ranks, prefix} if given else set(member.ranks) - {prefix}
        ranks = "".join(each for each in state.support.prefixes if each in held)
        conversation.members[key(nick)] = Member(member.nick, ranks)


def _names(state: State, message: Message) -> list[Notification]:
    """353: some of the names in a channel."""
    conversation = _about(state, message, 2)
    if conversation is None:
        return []
    if conversation.naming is None:
        conversation.naming = {}
    if not bounds.has_room(state):
        return bounds.left_out(state, _("members of channels"))
    for word in _param(message, 3).split():
        nick, ranks = member_of(word)
        conversation.naming[key(nick)] = Member(nick, ranks)
    return []


def _names_end(state: State, message: Message) -> list[Notification]:
    """366: the end of the names."""
    conversation = _about(state, message, 1)
    if conversation is not None and conversation.naming is not None:
        conversation.members, conversation.naming = conversation.naming, None
    return []


def _away(state: State, message: Message) -> list[Notification]:
    meet(state, message.nick, away=bool(_param(message, 0)))
    return []


def _own_away(state: State, message: Message) -> list[Notification]:
    """305 and 306: we are back, or away."""
    state.away = message.command == "306"
    return []


def _account(state: State, message: Message) -> list[Notification]:
    name = _param(message, 0).removeprefix("*")
    meet(state, message.nick, account=name)
    if state.is_me(message.nick):
        state.account = name
    return []


def _logged_in(state: State, message: Message) -> list[Notification]:
    """900 and 901: logged in, or logged out."""
    before, state.account = state.account, _param(message, 2) if message.command == "900" else ""
    return [Note(harmless(message.params[-1]))] if state.settled and before != state.account else []


def _setname(state: State, message: Message) -> list[Notification]:
    meet(state, message.nick, realname=_param(message, 0))
    return []


def _invite(state: State, message: Message) -> list[Notification]:
    if state.is_me(_param(message, 0)):
        if state.ignores(message.nick, message.tags.get("account", "")):
            return []
        return [InvitationReceived(harmless(_param(message, 1)), harmless(message.nick))]
    return _show(state, _about(state, message, 1), message)


def _ignored(_state: State, _message: Message) -> list[Notification]:
    return []


def _host(state: State, message: Message) -> list[Notification]:
    """https://ircv3.net/specs/extensions/chghost"""
    if state.is_me(message.nick):
        state.mask = f"{message.nick}!{_param(message, 0)}@{_param(message, 1)}"
    return []


def _modes(state: State, message: Message) -> list[Notification]:
    """The modes of a channel. If they were requested on leaving it, we say what they mean for coming back."""
    request = state.answered(message.tags.get("label", ""))
    if request is None or request.kind != "modes":
        return server.numeric(state, message)
    conversation = state.conversations.get(request.key)
    word = leaving.meaning(conversation, _param(message, 2)) if conversation is not None else ""
    return [Note(word)] if word else []


HANDLERS: Final[dict[str, Callable[[State, Message], list[Notification]]]] = {
    "324": _modes,
    "JOIN": _join,
    "PART": _part,
    "KICK": _kick,
    "QUIT": _quit,
    "NICK": _nick,
    "RENAME": _channel_renamed,
    "TOPIC": _topic,
    "MODE": _mode,
    "AWAY": _away,
    "ACCOUNT": _account,
    "SETNAME": _setname,
    "INVITE": _invite,
    "CHGHOST": _host,
    "331": _topic_is,
    "332": _topic_is,
    "353": _names,
    "366": _names_end,
    "305": _own_away,
    "306": _own_away,
    "900": _logged_in,
    "901": _logged_in,
}
