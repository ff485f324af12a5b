"""The ports: free or ours, not used by the kernel for other connections, and reachable with every protocol."""

from __future__ import annotations

import errno
import socket
import ssl
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import Final

from chover.doctor.finding import Finding, Patient, advice, failed, ok
from chover.edge.listener import Bind, Protocol
from chover.serve.listening import binds_of

SECONDS: Final = 5.0
"""How long a server may take to answer on its own machine."""
SILENT_SECONDS: Final = 1.0
"""The original's clients say nothing at first, and must not be disconnected for that."""
_ANY: Final = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared


def port(patient: Patient) -> Iterator[Finding]:
    """Free if no server is running, otherwise the server's."""
    ours = {int(address.rpartition(":")[2]) for address in patient.status["addresses"]} if patient.status else set()
    for bind in binds_of(patient.config):
        if bind.port == 0:
            yield ok("port", "any free port is taken")
        elif bind.port in ours:
            yield ok("port", f"{bind.port} is this server's (process {patient.pid})")
        else:
            yield _free(bind)


def _free(bind: Bind) -> Finding:
    place = f"{bind.host or 'this machine'}, port {bind.port}"
    try:
        _listen_for_a_moment(_ANY.get(bind.host, bind.host), bind.port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            fix = f"ss -ltnp 'sport = :{bind.port}' shows the program: stop it, or set another server.port"
            return failed("port", f"{place}: another program listens there", fix)
        if error.errno in {errno.EACCES, errno.EPERM}:
            fix = "AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit, or a server.port above 1023"
            return failed("port", f"{place}: this user may not listen there", fix)
        return failed("port", f"{place}: {error.strerror or error}", "set server.host to an address of this machine")
    return ok("port", f"{bind.port} is free")


def _listen_for_a_moment(host: str, number: int) -> None:
    family, _, _, _, address = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen()


# ---- what the kernel gives away


def reserved(patient: Patient) -> Iterator[Finding]:
    """While the server is stopped, the kernel may give a port in its range to an outgoing connection."""
    span = patient.kernel("net/ipv4/ip_local_port_range").split()
    if len(span) != 2:
        yield ok("reserved", "this system does not say which ports it gives to outgoing connections")
        return
    kept = list(_ranges(patient.kernel("net/ipv4/ip_local_reserved_ports")))
    for number in sorted({bind.port for bind in binds_of(patient.config)} - {0}):
        inside = int(span[0]) <= number <= int(span[1])
        if inside and not any(first <= number <= last for first, last in kept):
            words = ",".join([*(f"{first}-{last}" for first, last in kept), str(number)])
            yield advice(
                "reserved",
                f"an outgoing connection of this machine may take port {number} while the server is stopped",
                f"sysctl -w net.ipv4.ip_local_reserved_ports={words} (and in /etc/sysctl.d/chover.conf)",
            )
        else:
            yield ok("reserved", f"no outgoing connection takes port {number}")


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    for word in filter(None, text.split(",")):
        first, _, last = word.partition("-")
        yield int(first), int(last or first)


# ---- reachability


def reach(patient: Patient) -> Iterator[Finding]:
    """Connect to each listener with each protocol."""
    if patient.status is None:
        yield ok("reach", "not tried: no server runs")
        return
    first = int(patient.status["addresses"][0].rpartition(":")[2])
    for bind in binds_of(patient.config):
        yield from _reach(bind, bind.port or first)


def _reach(bind: Bind, number: int) -> Iterable[Finding]:
    host = _ANY.get(bind.host, bind.host)
    tried = [protocol for protocol in _PROBES if protocol in bind.protocols]
    for protocol in tried:
        try:
            _probe(host, number, protocol, proxied=bind.proxy)
        except (OSError, _WrongAnswer) as error:
            why = "nothing came within 5 s" if isinstance(error, TimeoutError) else str(error)
            fix = "look at the server's log; if nothing is there, at the firewall: nft list ruleset"
            yield failed("reach", f"{host}, port {number}, does not speak {protocol.value}: {why}", fix)
    if tried:
        names = ", ".join(protocol.value for protocol in tried)
        yield ok("reach", f"tried on {host}, port {number}: {names}")


class _WrongAnswer(Exception):
    """The text says what was received."""


def _probe(host: str, number: int, protocol: Protocol, *, proxied: bool) -> None:
    with closing(socket.create_connection((host, number), SECONDS)) as sock:
        if proxied:
            sock.sendall(f"PROXY TCP4 127.0.0.1 127.0.0.1 1 {number}\r\n".encode())
        _PROBES[protocol](sock)


def _irc(sock: socket.socket) -> None:
    sock.sendall(b"CAP LS 302\r\n")
    _expect(sock, b" CAP * LS ")


def _http(sock: socket.socket) -> None:
    sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    _expect(sock, b"HTTP/1.1 200 ")


def _ssh(sock: socket.socket) -> None:
    sock.sendall(b"SSH-2.0-doctor\r\n")
    _expect(sock, b"SSH-2.0-")


def _tls(sock: socket.socket) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with context.wrap_socket(sock):
        pass


def _legacy(sock: socket.socket) -> None:
    """The connection must stay open while nothing is sent, whatever is shown."""
    sock.settimeout(SILENT_SECONDS)
    try:
        if not sock.recv(1024):
            raise _WrongAnswer("the connection was closed")
    except TimeoutError:
        pass
    # A reset instead of an end, so that this connection is not announced.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _expect(sock: socket.socket, wanted: bytes) -> None:
    answer = b""
    while wanted not in answer:
        piece = sock.recv(4096)
        answer += piece
        if not piece or len(answer) > 65536:
            raise _WrongAnswer(f"it answers {answer[:60]!r}" if answer else "the connection was closed")


_PROBES: Final[dict[Protocol, Callable[[socket.socket], None]]] = {
    Protocol.IRC: _irc,
    Protocol.TLS: _tls,
    Protocol.HTTP: _http,
    Protocol.SSH: _ssh,
    Protocol.LEGACY: _legacy,
}
