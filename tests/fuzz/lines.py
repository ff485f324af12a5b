"""Lines of IRC, names, and what the clients of the original send."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime

from chover import names
from chover.client.connection.splitter import Splitter
from chover.client.state import State, dispatch
from chover.server.session.line_buffer import LineBuffer, TooMuch
from chover.store import search_terms
from chover.wire import hello, message, plain
from chover.wire.search_text import Asking, BadSearch, attributes_of
from tests.fuzz.target import Target, text_of

NOW = 1_760_000_000_000
BUFFER_BYTES = 8192


def line(data: bytes) -> None:
    """What a line says is the same after it was written again."""
    try:
        found = message.parse(message.decode(data))
    except message.ProtocolError:
        return
    if found.command.startswith((":", "@")):
        return  # Nobody's command: behind an empty source, or behind two.
    again = message.parse(str(found))
    assert again == found, (again, found)
    assert len(str(found).encode()) <= 3 * len(data) + 8


def tags(data: bytes) -> None:
    text = text_of(data)
    found = message.parse_tags(text)
    assert message.parse_tags(message.format_tags(found)) == found
    assert message.unescape(message.escape(text)) == text
    assert len(message.unescape(text)) <= len(text)


def buffered(data: bytes) -> None:
    """However the bytes arrive, the lines are the same. The first byte says where they are torn."""
    tear, data = (data[0], data[1:]) if data else (0, b"")
    whole, torn = LineBuffer(BUFFER_BYTES), LineBuffer(BUFFER_BYTES)
    try:
        whole.put(data)
        for at in range(0, len(data), tear + 1):
            torn.put(data[at : at + tear + 1])
    except TooMuch:
        return
    assert list(torn.lines) == list(whole.lines) == [
        each.rstrip(b"\r") for each in data.split(b"\n")[:-1] if each not in {b"", b"\r"}
    ]  # fmt: skip


def pieces(data: bytes) -> None:
    """A long text is cut into lines that fit, and nothing but spaces gets lost."""
    limit, text = 16 + (data[0] if data else 0), text_of(data[1:])
    found = message.split_text(text, limit)
    assert all(len(piece.encode()) <= limit for piece in found)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    assert len(found) <= 1 + 4 * len(text.encode()) // limit


def original(data: bytes) -> None:
    """The first 32 bytes of a client of the original, and what it is sent."""
    found = hello.parse_hello(data)
    if found is None:
        return
    assert all(hello.may_become_hello(data[:length]) for length in range(hello.HELLO_BYTES))
    if "\ufffd" not in found.username:
        assert hello.parse_hello(hello.format_hello(*found)) == found
    names.fold_nick(names.as_nick(found.username))


def history(data: bytes) -> None:
    """What the original's clients are sent of any texts: they crash at JSON that is cut."""
    said = [hello.LegacyMessage(part[:16], datetime.now(UTC), part) for part in text_of(data).split("\n")]
    written = hello.format_history(said)
    assert len(written) <= hello.WRITE_BYTES
    assert json.loads(written)
    parts = hello.writes(map(hello.chat_line, said))
    assert all(0 < len(part) <= hello.WRITE_BYTES and part.decode() for part in parts)


def name(data: bytes) -> None:
    """Names are folded once and for all, and any text can be made a nick."""
    text = text_of(data)
    nick = names.as_nick(text)
    folded = names.fold_nick(nick)
    assert names.fold_nick(nick) == names.fold(folded)
    for fold in (names.fold_nick, names.fold_channel):
        with contextlib.suppress(names.BadName):
            once = fold(text)
            assert fold(once, limit=4 * len(once.encode())) == once
    names.looks(text)


def mask(data: bytes) -> None:
    text, _, other = text_of(data).partition("\n")
    if names.covers_somebody(text):
        whole = names.complete_mask(text)
        assert names.complete_mask(whole) == whole, (text, whole, names.complete_mask(whole))
        names.account_of(whole)
        names.matches(whole, other)


def search(data: bytes) -> None:
    text = text_of(data)
    terms = search_terms.terms(text)
    assert len(terms) <= search_terms.MOST
    assert all(term.words and all(term.words) for term in terms)
    search_terms.matches(search_terms.words(text), terms)


def search_text(data: bytes) -> None:
    """What is typed into a search becomes attributes that SEARCH reads, or a line that says what is wrong."""
    asking = Asking(NOW, UTC, "#tea", "https://chat.example.org/files/")
    try:
        found = attributes_of(text_of(data), asking)
    except BadSearch as error:
        assert str(error)
        return
    assert found.keys() <= {"text", "from", "in", "before", "after"}
    assert all(found.values())
    for moment in {"before", "after"} & found.keys():
        datetime.fromisoformat(found[moment])


def shown(data: bytes) -> None:
    """Text of others that reaches a terminal has nothing that the terminal obeys."""
    safe = plain.harmless(text_of(data))
    assert plain.harmless(safe) == safe
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in safe)


def client(data: bytes) -> None:
    """A server that says anything: the client goes on. Its first lines are those of any server."""
    state, splitter = State(discovers=True, channel=""), Splitter()
    for number, heard in enumerate(splitter.feed(b":s 001 alice :Hi\r\n:alice JOIN #tea\r\n" + data + b"\r\n")):
        dispatch.receive(state, heard, NOW + number)


TARGETS = {
    "line": Target(line, 8192),
    "tags": Target(tags),
    "line_buffer": Target(buffered),
    "split_text": Target(pieces),
    "original": Target(original, 64),
    "original_history": Target(history),
    "name": Target(name, 128),
    "mask": Target(mask, 512),
    "search": Target(search, 512),
    "search_text": Target(search_text, 512),
    "shown": Target(shown, 1024),
    "client": Target(client),
}
