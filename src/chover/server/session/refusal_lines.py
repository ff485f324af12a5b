"""The table from a refusal of the engine to the line that answers it."""

from __future__ import annotations

from typing import Final, NamedTuple

from chover.engine.refusals import Refusal, Why
from chover.wire.numerics import Err


class NumericLine(NamedTuple):
    numeric: Err
    text: str
    """The text for a refusal without a hint; otherwise ``{hint}`` is replaced."""


class FailLine(NamedTuple):
    """A standard reply, if there is no numeric (https://ircv3.net/specs/extensions/standard-replies)."""

    command: str
    code: str
    text: str


LINES: Final[dict[Why, NumericLine | FailLine]] = {
    Why.NO_SUCH_NICK: NumericLine(Err.NOSUCHNICK, "No such nick"),
    Why.NO_SUCH_CHANNEL: NumericLine(Err.NOSUCHCHANNEL, "No such channel"),
    Why.BAD_CHANNEL_NAME: NumericLine(Err.NOSUCHCHANNEL, "No such channel: {hint}"),
    Why.BAD_NICK: NumericLine(Err.ERRONEUSNICKNAME, "Erroneous nickname: {hint}"),
    Why.NICK_IN_USE: NumericLine(Err.NICKNAMEINUSE, "Nickname is in use; {hint} is free"),
    Why.NICK_RESERVED: NumericLine(Err.NICKNAMEINUSE, "Nickname is registered: {hint}"),
    Why.NICK_HELD: NumericLine(Err.BANONCHAN, "Cannot change nickname where you may not speak: {hint}"),
    Why.LOOKS_TAKEN: FailLine("METADATA", "INVALID_VALUE", "That name looks like somebody else's: {hint}"),
    Why.NOT_ON_CHANNEL: NumericLine(Err.NOTONCHANNEL, "You're not on that channel"),
    Why.NOT_ON_THAT_CHANNEL: NumericLine(Err.USERNOTINCHANNEL, "They aren't on that channel"),
    Why.ALREADY_ON_CHANNEL: NumericLine(Err.USERONCHANNEL, "is already on channel"),
    Why.TOO_MANY_CHANNELS: NumericLine(Err.TOOMANYCHANNELS, "You have joined too many channels; part one first"),
    Why.CANNOT_SEND: NumericLine(Err.CANNOTSENDTOCHAN, "Cannot send to channel: {hint}"),
    Why.NO_TEXT: NumericLine(Err.NOTEXTTOSEND, "No text to send"),
    Why.TOO_LONG: NumericLine(Err.INPUTTOOLONG, "Input line was too long: {hint}"),
    Why.BANNED: NumericLine(
        Err.BANNEDFROMCHAN, "Cannot join channel (+b): you are banned{hint}; its operators can lift that"
    ),
    Why.INVITE_ONLY: NumericLine(Err.INVITEONLYCHAN, "Cannot join channel (+i): ask a member for an invitation"),
    Why.ACCOUNT_NEEDED: NumericLine(Err.NEEDREGGEDNICK, "Cannot join channel (+R): register or log in first"),
    Why.BAD_KEY: NumericLine(
        Err.BADCHANNELKEY, "Cannot join channel (+k): the right key is needed, as in JOIN <channel> <key>"
    ),
    Why.FULL: NumericLine(Err.CHANNELISFULL, "Cannot join channel (+l): it is full; try again later"),
    Why.THROTTLED: NumericLine(Err.THROTTLE, "Cannot join channel (+j): too many join at once; try again in {hint} s"),
    Why.NOT_OPERATOR: NumericLine(Err.CHANOPRIVSNEEDED, "You're not a channel operator: {hint}"),
    Why.UNKNOWN_MODE: NumericLine(Err.UNKNOWNMODE, "is an unknown mode"),
    Why.BAD_MODE_ARG: NumericLine(Err.INVALIDMODEPARAM, "{hint}"),
    Why.ALREADY_REGISTERED: NumericLine(
        Err.CHANOPRIVSNEEDED, "That channel is already registered; ChanServ INFO says by whom"
    ),
    Why.NOT_FOUNDER: NumericLine(
        Err.CHANOPRIVSNEEDED, "Only the founder, or someone granted a higher role, can do that"
    ),
    Why.ACCOUNTS_ONLY: NumericLine(
        Err.NEEDREGGEDNICK, "They accept messages from accounts only (+R): register or log in first"
    ),
    Why.ACCEPTED_ONLY: NumericLine(Err.TARGUMODEG, "accepts messages only from people on the accept list (+g)"),
    Why.CANNOT_REACH: NumericLine(Err.CANNOTSENDTOUSER, "Cannot send to user: {hint}"),
    Why.NO_PRIVILEGE: NumericLine(Err.NOPRIVILEGES, "Permission denied: {hint}"),
    Why.NAME_IN_USE: FailLine("RENAME", "CHANNEL_NAME_IN_USE", "The channel name is already taken; choose another"),
    Why.CANNOT_RENAME: FailLine("RENAME", "CANNOT_RENAME", "The channel cannot be renamed: {hint}"),
    Why.CHANNEL_RENAMED: FailLine("JOIN", "CHANNEL_RENAMED", "The channel has been renamed"),
    Why.TOO_MANY_PINS: FailLine("PIN", "LIMIT_REACHED", "At most {hint} messages are pinned here; unpin one first"),
    Why.LIST_FULL: NumericLine(Err.BANLISTFULL, "Channel list is full; remove an entry first"),
}


def line_of(refusal: Refusal) -> tuple[Err | FailLine, list[str]]:
    """The numeric, or the standard reply, and its parameters, the text last."""
    line = LINES[refusal.why]
    params = [*refusal.subject, line.text.format(hint=refusal.hint)]
    return (line if isinstance(line, FailLine) else line.numeric), params
