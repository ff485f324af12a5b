"""The one table from a refusal of the engine to the line that answers it."""

from __future__ import annotations

from typing import Final, NamedTuple

from chover.engine.refusals import Refusal, Why
from chover.wire.numerics import Err


class Line(NamedTuple):
    numeric: Err
    text: str
    """What is said when the refusal has no hint; ``{hint}`` is where the hint stands otherwise."""


class Fail(NamedTuple):
    """A standard reply where there is no numeric (https://ircv3.net/specs/extensions/standard-replies)."""

    command: str
    code: str
    text: str


LINES: Final[dict[Why, Line | Fail]] = {
    Why.NO_SUCH_NICK: Line(Err.NOSUCHNICK, "No such nick"),
    Why.NO_SUCH_CHANNEL: Line(Err.NOSUCHCHANNEL, "No such channel"),
    Why.BAD_CHANNEL_NAME: Line(Err.NOSUCHCHANNEL, "No such channel: {hint}"),
    Why.BAD_NICK: Line(Err.ERRONEUSNICKNAME, "Erroneous nickname: {hint}"),
    Why.NICK_IN_USE: Line(Err.NICKNAMEINUSE, "Nickname is in use; {hint} is free"),
    Why.NICK_RESERVED: Line(Err.NICKNAMEINUSE, "Nickname is registered: {hint}"),
    Why.NICK_HELD: Line(Err.BANONCHAN, "Cannot change nickname where you may not speak: {hint}"),
    Why.LOOKS_TAKEN: Fail("METADATA", "INVALID_VALUE", "That name looks like somebody else's: {hint}"),
    Why.NOT_ON_CHANNEL: Line(Err.NOTONCHANNEL, "You're not on that channel"),
    Why.NOT_ON_THAT_CHANNEL: Line(Err.USERNOTINCHANNEL, "They aren't on that channel"),
    Why.ALREADY_ON_CHANNEL: Line(Err.USERONCHANNEL, "is already on channel"),
    Why.TOO_MANY_CHANNELS: Line(Err.TOOMANYCHANNELS, "You have joined too many channels; part one first"),
    Why.CANNOT_SEND: Line(Err.CANNOTSENDTOCHAN, "Cannot send to channel: {hint}"),
    Why.NO_TEXT: Line(Err.NOTEXTTOSEND, "No text to send"),
    Why.TOO_LONG: Line(Err.INPUTTOOLONG, "Input line was too long: {hint}"),
    Why.BANNED: Line(Err.BANNEDFROMCHAN, "Cannot join channel (+b): you are banned"),
    Why.INVITE_ONLY: Line(Err.INVITEONLYCHAN, "Cannot join channel (+i): ask a member for an invitation"),
    Why.ACCOUNT_NEEDED: Line(Err.NEEDREGGEDNICK, "Cannot join channel (+R): register or log in first"),
    Why.BAD_KEY: Line(Err.BADCHANNELKEY, "Cannot join channel (+k): the right key is needed"),
    Why.FULL: Line(Err.CHANNELISFULL, "Cannot join channel (+l): it is full"),
    Why.THROTTLED: Line(Err.THROTTLE, "Cannot join channel (+j): too many join at once; try again in {hint} s"),
    Why.NOT_OPERATOR: Line(Err.CHANOPRIVSNEEDED, "You're not channel operator: {hint}"),
    Why.UNKNOWN_MODE: Line(Err.UNKNOWNMODE, "is unknown mode char to me"),
    Why.BAD_MODE_ARG: Line(Err.INVALIDMODEPARAM, "{hint}"),
    Why.ALREADY_REGISTERED: Line(Err.CHANOPRIVSNEEDED, "That channel is registered already"),
    Why.NOT_FOUNDER: Line(Err.CHANOPRIVSNEEDED, "That right is the founder's, or of whom they gave a higher one"),
    Why.ACCOUNTS_ONLY: Line(Err.NEEDREGGEDNICK, "They take messages from accounts only (+R): register or log in first"),
    Why.ACCEPTED_ONLY: Line(Err.TARGUMODEG, "takes messages only from those they accept (+g)"),
    Why.CANNOT_REACH: Line(Err.CANNOTSENDTOUSER, "Cannot send to user: {hint}"),
    Why.NO_PRIVILEGE: Line(Err.NOPRIVILEGES, "Permission denied: {hint}"),
    Why.NAME_IN_USE: Fail("RENAME", "CHANNEL_NAME_IN_USE", "The channel name is already taken"),
    Why.CANNOT_RENAME: Fail("RENAME", "CANNOT_RENAME", "The channel cannot be renamed: {hint}"),
    Why.CHANNEL_RENAMED: Fail("JOIN", "CHANNEL_RENAMED", "The channel has been renamed"),
    Why.LIST_FULL: Line(Err.BANLISTFULL, "Channel list is full; remove an entry first"),
}


def line_of(refusal: Refusal) -> tuple[Err | Fail, list[str]]:
    """The numeric, or the standard reply, and its parameters, the text last."""
    line = LINES[refusal.why]
    params = [*refusal.subject, line.text.format(hint=refusal.hint)]
    return (line if isinstance(line, Fail) else line.numeric), params
