"""The one table from a refusal of the engine to the line that answers it."""

from __future__ import annotations

from typing import Final, NamedTuple

from chover.engine.refusals import Refusal, Why
from chover.wire.numerics import Err


class Line(NamedTuple):
    numeric: Err
    text: str
    """What is said when the refusal has no hint; ``{hint}`` is where the hint stands otherwise."""


LINES: Final[dict[Why, Line]] = {
    Why.NO_SUCH_NICK: Line(Err.NOSUCHNICK, "No such nick"),
    Why.NO_SUCH_CHANNEL: Line(Err.NOSUCHCHANNEL, "No such channel"),
    Why.BAD_CHANNEL_NAME: Line(Err.NOSUCHCHANNEL, "No such channel: {hint}"),
    Why.BAD_NICK: Line(Err.ERRONEUSNICKNAME, "Erroneous nickname: {hint}"),
    Why.NICK_IN_USE: Line(Err.NICKNAMEINUSE, "Nickname is in use; {hint} is free"),
    Why.NICK_RESERVED: Line(Err.NICKNAMEINUSE, "Nickname is registered: {hint}"),
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
    Why.NOT_OPERATOR: Line(Err.CHANOPRIVSNEEDED, "You're not channel operator"),
    Why.UNKNOWN_MODE: Line(Err.UNKNOWNMODE, "is unknown mode char to me"),
    Why.BAD_MODE_ARG: Line(Err.INVALIDMODEPARAM, "{hint}"),
    Why.ALREADY_REGISTERED: Line(Err.CHANOPRIVSNEEDED, "That channel is registered already"),
    Why.NOT_FOUNDER: Line(Err.CHANOPRIVSNEEDED, "That right is the founder's, or of whom they gave a higher one"),
    Why.CANNOT_REACH: Line(Err.CANNOTSENDTOUSER, "Cannot send to user: {hint}"),
    Why.NO_PRIVILEGE: Line(Err.NOPRIVILEGES, "Permission denied: {hint}"),
    Why.LIST_FULL: Line(Err.BANLISTFULL, "Channel list is full; remove an entry first"),
}


def line_of(refusal: Refusal) -> tuple[Err, list[str]]:
    """The numeric and its parameters, the text last."""
    numeric, text = LINES[refusal.why]
    return numeric, [*refusal.subject, text.format(hint=refusal.hint)]
