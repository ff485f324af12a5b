import asyncio
import errno
import socket

import pytest

from chover.edge import binding
from chover.edge.binding import CannotListen, numeric, open_sockets, tune_accepted


def close(sockets):
    for sock in sockets:
        sock.close()


async def test_every_interface_is_ipv4_and_ipv6_on_the_same_free_port():
    sockets = await open_sockets("", 0)
    names = [sock.getsockname()[:2] for sock in sockets]
    close(sockets)
    assert names[0][0] == "0.0.0.0"
    assert len({port for _, port in names}) == 1
    assert [host for host, _ in names[1:]] == (["::"] if socket.has_ipv6 else [])


async def test_a_crowd_may_wait_to_be_accepted(monkeypatch):
    """When everybody comes back at once; the system caps it at its own limit."""
    asked = []
    listen = socket.socket.listen
    monkeypatch.setattr(socket.socket, "listen", lambda sock, most: asked.append(most) or listen(sock, most))
    close(await open_sockets("127.0.0.1", 0))
    assert len(asked) == 1
    assert asked[0] >= 10_000


@pytest.mark.parametrize("where", ["socket", "bind"])
@pytest.mark.parametrize("number", [errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL])
async def test_a_machine_without_ipv6_starts_all_the_same(monkeypatch, where, number):
    listen = binding._listen

    def lacking(candidate, port, **how):
        if candidate.family == socket.AF_INET6:
            raise OSError(number, "no IPv6")
        return listen(candidate, port, **how)

    monkeypatch.setattr(binding, "_listen", lacking)
    sockets = await open_sockets("", 0)
    hosts = [sock.getsockname()[0] for sock in sockets]
    close(sockets)
    assert hosts == ["0.0.0.0"]


async def test_a_port_that_is_taken_is_named_with_what_to_do():
    (first,) = await open_sockets("127.0.0.1", 0)
    port = first.getsockname()[1]
    with pytest.raises(CannotListen) as error:
        await open_sockets("127.0.0.1", port)
    first.close()
    assert str(error.value) == (
        f"Port {port} is taken: another program listens on it. Stop that one, or choose another with --port"
    )


async def test_a_port_taken_on_one_family_only_leaves_no_socket_open():
    (first,) = await open_sockets("127.0.0.1", 0)
    with pytest.raises(CannotListen, match="is taken"):
        await open_sockets("", first.getsockname()[1])
    first.close()


@pytest.mark.parametrize(
    ("host", "port", "text"),
    [
        ("127.0.0.1", 70000, "70000 is not a port: choose one from 1 to 65535"),
        ("192.0.2.1", 0, "192.0.2.1 is not an address of this machine: use one of its own with --host"),
        ("nowhere.invalid", 0, "The host nowhere.invalid is not known here"),
    ],
)
async def test_what_cannot_be_listened_on_is_one_line(monkeypatch, host, port, text):
    async def unknown(*_args, **_options):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    if host.endswith(".invalid"):  # no question leaves this machine
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown, raising=False)
    with pytest.raises(CannotListen) as error:
        await open_sockets(host, port)
    assert str(error.value).startswith(text)
    assert "\n" not in str(error.value)


async def test_a_port_for_the_administrator_says_so(monkeypatch):
    def forbidden(candidate, port, **how):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(binding, "_listen", forbidden)
    with pytest.raises(CannotListen, match="port 80 is not allowed for this user: choose one above 1023"):
        await open_sockets("127.0.0.1", 80)


OPTIONS = (
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    *(
        (socket.IPPROTO_TCP, getattr(socket, name), value)
        for name, value in binding._KEEPALIVE
        if hasattr(socket, name)
    ),
)


@pytest.mark.parametrize("inherited", [binding.INHERITED, False])
async def test_accepted_connections_do_not_wait_to_send_and_notice_who_vanished(inherited, monkeypatch):
    monkeypatch.setattr(binding, "INHERITED", inherited)
    (listening,) = await open_sockets("127.0.0.1", 0)
    client = socket.create_connection(listening.getsockname())
    sock, _ = listening.accept()
    tune_accepted(sock)
    found = [
        int(bool(sock.getsockopt(level, name))) if value == 1 else sock.getsockopt(level, name)
        for level, name, value in OPTIONS
    ]
    waits = sock.gettimeout()
    close([listening, client, sock])
    assert found == [value for _, _, value in OPTIONS]
    assert waits == 0


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "127.0.0.1"), ("::ffff:10.0.0.1", "10.0.0.1"), ("fe80::1%eth0", "fe80::1"), ("::1", "::1")],
)
def test_addresses_are_numbers_without_a_zone(host, shown):
    assert numeric(host) == shown
