"""From messages to lines of the protocol. No I/O.

Source for several lines: https://ircv3.net/specs/extensions/multiline (draft)
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from chover.client.state.model.batches import MULTILINE
from chover.client.state.model.outbox import Pending
from chover.client.state.model.state import State
from chover.wire.capabilities import MULTILINE_BYTES, MULTILINE_LINES, NONCE
from chover.wire.message import LINE_BYTES, format_line, split_text

SENT: Final = "sent."
"""Precedes the nonce in the PING after a message that no echo acknowledges."""
_HOST_GUESS: Final = "x" * 64
_ACTION_BYTES: Final = len("\x01ACTION \x01")
_LINE_ENDS: Final = re.compile(r"\s*\n\s*")
"""Including the spaces around them."""


def guessed_mask(nick: str) -> str:
    """Our own mask, until the server tells it."""
    return f"{nick}!chover@{_HOST_GUESS}"


class Most(NamedTuple):
    """The server's limits for one message; each line feed counts as a byte."""

    bytes: int
    lines: int


def most(state: State) -> Most | None:
    """None if a message is one line."""
    if MULTILINE not in state.caps or "batch" not in state.caps:
        return None
    pairs = [item.partition("=") for item in state.caps[MULTILINE].split(",")]
    values = {name: int(value) for name, _, value in pairs if value.isascii() and value.isdigit()}
    return Most(values.get("max-bytes", MULTILINE_BYTES), values.get("max-lines", MULTILINE_LINES))


def room(state: State, target: str, *, action: bool = False) -> int:
    """Bytes of text in one line to this target, as others receive it."""
    around = _ACTION_BYTES if action else 0
    place = state.mask.partition("!")[2]
    return LINE_BYTES - 2 - len(f":{state.nick}!{place} PRIVMSG {target} :".encode()) - around


def pieces(state: State, target: str, text: str, *, action: bool = False) -> list[str]:
    """The text as messages: as few as the server allows, without blank ones. An action is always one line."""
    width, bound = room(state, target, action=action), most(state)
    lines = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").rstrip().split("\n")
    if action:
        return [piece for piece in split_text(" ".join(filter(None, lines)), width) if piece.strip()]
    if bound is None:
        return [piece for line in lines if line for piece in split_text(line, width)]
    messages: list[str] = []
    used = Most(0, 0)
    for line in [piece for given in lines for piece in split_text(given, bound.bytes)]:
        cost = _cost(line, width)
        if messages and used.bytes + cost.bytes <= bound.bytes and used.lines + cost.lines <= bound.lines:
            messages[-1] += f"\n{line}"
            used = Most(used.bytes + cost.bytes, used.lines + cost.lines)
        else:
            messages.append(line)
            used = cost
    return [message for message in messages if message.strip()]


def _cost(line: str, width: int) -> Most:
    return Most(len(line.encode()) + 1, len(_cut(line, width)))


def fits(state: State, pending: Pending) -> bool:
    """Whether it is one message for this server. It may have been queued for another one, or under a shorter name."""
    text, bound = pending.text, most(state)
    width = room(state, pending.target, action=pending.action)
    if "\n" not in text and len(text.encode()) <= width:
        return True
    if pending.action or bound is None:
        return False
    costs = [_cost(line, width) for line in text.split("\n")]
    return sum(cost.bytes for cost in costs) <= bound.bytes and sum(cost.lines for cost in costs) <= bound.lines


def message(state: State, pending: Pending) -> list[str]:
    """The lines for a message of the outbox that fits."""
    tags = _tags(state, pending)
    target, text = pending.target, pending.text
    width = room(state, target)
    if not pending.action and ("\n" in text or len(text.encode()) > width):
        lines = _batch(pending.nonce, ["PRIVMSG", target], text, width, tags)
    else:
        lines = [format_line("PRIVMSG", target, f"\x01ACTION {text}\x01" if pending.action else text, tags=tags)]
    # Without echoes, the answer to a PING sent after it is the acknowledgement.
    return lines if "echo-message" in state.caps else [*lines, format_line("PING", SENT + pending.nonce)]


def _tags(state: State, pending: Pending) -> dict[str, str]:
    tags = {NONCE: pending.nonce} if "message-tags" in state.caps else {}
    if "labeled-response" in state.caps:
        tags["label"] = pending.nonce
    if pending.reply_to and "message-tags" in state.caps:
        tags["+draft/reply"] = pending.reply_to
    return tags


def change(state: State, label: str, target: str, msgid: str, text: str) -> list[str]:
    """The lines that change one of our messages; line feeds become spaces if it must be one line."""
    width, bound, tags = room(state, target) - len(msgid) - 1, most(state), {"label": label}
    if bound is None or ("\n" not in text and len(text.encode()) <= width):
        return [format_line("EDIT", target, msgid, _LINE_ENDS.sub(" ", text), tags=tags)]
    return _batch(label, ["EDIT", target, msgid], text, width, tags)


def draft(state: State, target: str, reply: str, text: str) -> list[str]:
    """The lines that store a draft in the account."""
    width = room(state, target) - len(reply)
    if "\n" in text or len(text.encode()) > width:
        return _batch("draft", ["DRAFT", target, reply], text, width, {})
    return [format_line("DRAFT", target, reply, text)]


def later(state: State, target: str, when: str, text: str) -> list[str]:
    """The lines that have a message sent at a time."""
    width = room(state, target) - len(when) - 1
    if most(state) is None:
        text = _LINE_ENDS.sub(" ", text)
    elif "\n" in text or len(text.encode()) > width:
        return _batch("later", ["SCHEDULE", target, when], text, width, {})
    return [format_line("SCHEDULE", target, when, text)]


def _batch(name: str, command: list[str], text: str, width: int, tags: dict[str, str]) -> list[str]:
    ref = "".join(char if char.isalnum() else "x" for char in name[:16])
    lines = [format_line("BATCH", f"+{ref}", MULTILINE, command[1], tags=tags)]
    for line in text.split("\n"):
        for at, piece in enumerate(_cut(line, width)):
            inside = {"batch": ref, **({"draft/multiline-concat": ""} if at else {})}
            lines.append(format_line(*command, piece, tags=inside))
    return [*lines, f"BATCH -{ref}"]


def _cut(line: str, width: int) -> list[str]:
    """Pieces that are joined without a gap: the space at a cut is kept at the beginning of the next piece."""
    cut, out, at = split_text(line, width - 1), [], 0
    for piece in cut:
        start, at = at, line.index(piece, at) + len(piece)
        out.append(line[start:at])
    return out
