"""What arrives at the port before and beside IRC: first bytes, PROXY, HTTP and its fields, WebSocket, hooks, logins."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress

import msgspec
from aiohttp import MultipartReader, hdrs
from aiohttp._websocket.reader import WebSocketDataQueue
from aiohttp.base_protocol import BaseProtocol
from aiohttp.helpers import parse_content_type
from aiohttp.http_websocket import WebSocketError, WebSocketReader, WSMsgType
from aiohttp.streams import StreamReader
from multidict import CIMultiDict, CIMultiDictProxy

from chover.accounts.exchanges import External, Plain, Scram
from chover.accounts.passwords import Verifier
from chover.edge import own_names, proxy, trust
from chover.edge.protocols import Protocol, choose, choose_late
from chover.edge.ssh import ipc_messages
from chover.edge.web import client_address, identity, legible
from chover.edge.web.chat import MESSAGE_BYTES
from chover.edge.web.downloads import files, ranges
from chover.edge.web.frames import Framer
from chover.engine.ids import UserId
from chover.files.uploads import NAME_BYTES, clean_name
from chover.notify import formats, sealing
from chover.ports import Account, Denied, Login, NotTaken, Peer
from chover.server.access import ban_syntax
from chover.server.session.line_buffer import LineBuffer, TooMuch
from chover.wire import invite, message
from tests.fuzz.target import Target, text_of

PEER = Peer("192.0.2.7", 4711, "irc")
_loop = asyncio.new_event_loop()


def first_bytes(data: bytes) -> None:
    """What a signature has decided stays so, however many bytes follow."""
    signatures = {Protocol.TLS, Protocol.SSH, Protocol.HTTP, Protocol.HTTP2, Protocol.PROXY}
    for judge in (choose, choose_late):
        decided = [verdict for end in range(1, len(data) + 1) if (verdict := judge(data[:end])) in signatures]
        assert len(set(decided)) <= 1


def proxy_header(data: bytes) -> None:
    """A header is known as soon as it is complete, and no sooner; an address in it is one."""
    try:
        found = proxy.parse(data)
    except proxy.NoHeader:
        return
    if found is None:
        return
    assert found.length <= len(data)
    assert proxy.parse(data[: found.length]) == found
    assert all(proxy.parse(data[:end]) is None for end in range(found.length))
    assert not found.address or ipaddress.ip_address(found.address)


def invitation(data: bytes) -> None:
    """A link that was understood is understood again, in both of its forms."""
    try:
        found = invite.parse(text_of(data))
    except ValueError as error:
        assert "\n" not in str(error)
        return
    assert invite.parse(found.for_clients) == found, found
    assert invite.parse(found.for_browsers) == found, found


def range_field(data: bytes) -> None:
    """A part is inside the file. The first line is its size."""
    head, _, rest = text_of(data).partition("\n")
    size = int(head[:12]) if head[:12].isdecimal() else 1000
    field, _, condition = rest.partition("\n")
    with contextlib.suppress(ranges.Unsatisfiable):
        part = ranges.part_of(field, size)
        assert part is None or 0 <= part.first <= part.last < size
        assert part is None or ranges.part_of(str(part), size) == part
    ranges.is_current(condition, "1-2", 3.0)


def http_fields(data: bytes) -> None:
    """Fields of a request that our own code reads; each in a line of its own."""
    lines = [part.decode("utf-8", "surrogateescape") for part in data.split(b"\n")]
    forwarded, host, basic, disposition, date, prefix, *_ = [*lines, *[""] * 6]
    raw = CIMultiDict(
        {"X-Forwarded-For": forwarded, "Host": host, "If-Modified-Since": date, "Sec-WebSocket-Key": date}
    )
    for value in (legible.mended(CIMultiDictProxy(raw)) or raw).values():
        value.encode()
    assert ipaddress.ip_address(trust.Trusted(["0.0.0.0/0", "::/0"]).behind("127.0.0.1", forwarded))
    own_names.OwnNames().includes(host)
    with contextlib.suppress(Denied):
        identity._taken_apart(basic)
    shown = clean_name(files._name(disposition))
    assert 0 < len(shown.encode("utf-8", "replace")) <= NAME_BYTES
    assert shown.isprintable()
    assert "/" not in shown
    client_address._PATH.match(prefix[: client_address.PREFIX_CHARS])


class _Connection(BaseProtocol):
    """What a body or frames are read from, without a socket."""

    def __init__(self) -> None:
        super().__init__(_loop)

    def pause_reading(self, **_: object) -> None:
        pass

    resume_reading = pause_reading


def multipart(data: bytes) -> None:
    """A form, whose Content-Type is the first line: a file of it, no larger than all of it, or a refusal."""
    kind, _, body = data.partition(b"\n")
    kind = text_of(kind.strip()) or "multipart/form-data; boundary=x"
    stream = StreamReader(_Connection(), 1 << 20, loop=_loop)
    stream.feed_data(body)
    stream.feed_eof()
    fields = CIMultiDict({hdrs.CONTENT_TYPE: kind})
    read = legible.mended(CIMultiDictProxy(fields))
    request = _Request(CIMultiDictProxy(fields if read is None else read), stream)
    with contextlib.suppress(NotTaken):
        _loop.run_until_complete(_whole(request, len(body)))


class _Request:
    """As much of a request of aiohttp as an upload needs."""

    def __init__(self, headers: CIMultiDictProxy[str], content: StreamReader) -> None:
        self.headers = headers
        self.content = content
        self.content_type = parse_content_type(headers.get(hdrs.CONTENT_TYPE, ""))[0]
        self.content_length = None
        self.match_info: dict[str, str] = {}

    async def multipart(self) -> MultipartReader:
        return MultipartReader(self.headers, self.content)


async def _whole(request, most: int) -> None:
    name, _, content = await files._sent(request)
    clean_name(name)
    assert sum([len(chunk) async for chunk in content]) <= most


def websocket(data: bytes) -> None:
    """Frames of a client: each message is a line, or several, or an end."""
    buffer = LineBuffer(MESSAGE_BYTES)
    lines = []
    for kind, said in _frames(data):
        if kind in {WSMsgType.TEXT, WSMsgType.BINARY}:
            with contextlib.suppress(TooMuch):
                buffer.put((said.encode() if isinstance(said, str) else said) + b"\r\n")
    for line in buffer.lines:
        with contextlib.suppress(message.ProtocolError):
            lines.append(str(message.parse(message.decode(line))))
    # What was said is written back as one line a frame.
    back = Framer(0x81).frame("".join(f"{line}\r\n" for line in lines).encode())
    assert [said for _, said in _frames(back)] == [line for line in lines if line]


def _frames(data: bytes):
    queue = WebSocketDataQueue(_Connection(), 1 << 20, loop=_loop)
    with contextlib.suppress(WebSocketError):
        WebSocketReader(queue, MESSAGE_BYTES, False, True).feed_data(data)
    return [(said.type, said.data) for said, _ in queue._buffer]


_POSTED_AS = (
    {},
    {"content-type": "text/plain"},
    {"content-type": "application/json"},
    {"content-type": "application/x-www-form-urlencoded"},
    *({"x-github-event": event} for event in (*formats.GITHUB, "star")),
)


def hook_post(data: bytes) -> None:
    """Whatever another program posts becomes a few harmless lines. The first byte says as what it comes."""
    headers = _POSTED_AS[data[0] % len(_POSTED_AS)] if data else {}
    try:
        post = formats.read(data[1:], headers)
    except formats.Unreadable as error:
        assert "\n" not in str(error)
        return
    lines = post.text.split("\n")
    assert 0 < len(lines) <= formats.LINES
    assert all(0 < len(line) <= formats.LINE_CHARS and line.isprintable() for line in lines)
    assert len(post.name) <= formats.NAME_CHARS


_ALICE = Account(UserId("a1"), "alice", "alice", 1)
_VERIFIER = Verifier(b"salt", bytes(32), bytes(32), 4096)


async def _checks(name: str, password: str, peer: Peer) -> Login:
    raise Denied("INVALID_CREDENTIALS", name)


async def _finds(name: str) -> tuple[Account | None, str, Verifier]:
    return _ALICE, "", _VERIFIER


async def _owner(fingerprint: str) -> Account | None:
    return _ALICE


def sasl(data: bytes) -> None:
    """Responses of a client, a line each: nobody gets in who has proved nothing."""
    attempt = lambda *_: contextlib.AsyncExitStack()  # noqa: E731 - as short as it reads
    for exchange in (Plain(_checks, PEER), External(_owner, PEER), Scram(_finds, PEER, attempt, lambda found: found)):
        for response in data.split(b"\n"):
            try:
                found = _loop.run_until_complete(exchange.step(response))
            except Denied:
                break
            assert isinstance(found, bytes)


def ssh_process(data: bytes) -> None:
    """What the process that speaks SSH says to the server, had somebody taken it over."""
    with contextlib.suppress(msgspec.MsgspecError, ValueError):
        found = msgspec.msgpack.decode(data, type=ipc_messages.ToServer)
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=ipc_messages.ToServer) == found


def push_keys(data: bytes) -> None:
    p256dh, _, auth = text_of(data).partition("\n")
    try:
        sealing.require_keys(p256dh, auth)
    except ValueError as error:
        assert "\n" not in str(error)
    else:
        sealing.seal(b"hello", p256dh, auth)


def ban(data: bytes) -> None:
    """A ban says the same when it is read again from how it is listed."""
    text, _, length = text_of(data).partition("\n")
    with contextlib.suppress(ban_syntax.BadBan):
        found = ban_syntax.target_of(text)
        assert ban_syntax.target_of(str(found)) == found, (text, found, ban_syntax.target_of(str(found)))
    with contextlib.suppress(ban_syntax.BadBan):
        assert 0 <= ban_syntax.seconds_of(length) <= ban_syntax.LONGEST_SECONDS


TARGETS = {
    "first_bytes": Target(first_bytes, 64),
    "proxy": Target(proxy_header, 2100),
    "invitation": Target(invitation, 512),
    "range": Target(range_field, 512),
    "http_fields": Target(http_fields, 2048),
    "multipart": Target(multipart),
    "websocket": Target(websocket, 20_000),
    "hook_post": Target(hook_post),
    "sasl": Target(sasl, 2048),
    "ssh_process": Target(ssh_process),
    "push_keys": Target(push_keys, 512),
    "ban": Target(ban, 256),
}
