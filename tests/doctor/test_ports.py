import socket
import threading

import pytest

from chover.doctor import ports


@pytest.fixture
def listening():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        yield sock


def found(check, patient):
    return [(row.level, row.text, row.fix) for row in check(patient)]


def test_a_port_that_another_program_has_is_told_with_how_to_find_it(patient, listening):
    number = listening.getsockname()[1]
    ((level, text, fix),) = found(ports.port, patient(server__host="127.0.0.1", server__port=number))
    assert level == "failed"
    assert text == f"127.0.0.1, port {number}: another program listens there"
    assert f"sport = :{number}" in fix


def test_a_port_of_the_server_itself_is_its_own(patient, listening):
    number = listening.getsockname()[1]
    status = {"pid": 7, "addresses": [f"127.0.0.1:{number}"]}
    assert found(ports.port, patient(status=status, server__port=number)) == [
        ("ok", f"{number} is this server's (process 7)", "")
    ]


def test_an_address_of_another_machine_is_told(patient):
    ((level, text, fix),) = found(ports.port, patient(server__host="192.0.2.1", server__port=5))
    assert level == "failed"
    assert "192.0.2.1, port 5" in text
    assert "server.host" in fix


def test_a_port_that_only_root_may_have_is_told(patient, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(ports, "_listen_for_a_moment", refuse)
    ((level, text, fix),) = found(ports.port, patient(server__port=443))
    assert (level, text) == ("failed", "this machine, port 443: this user may not listen there")
    assert "CAP_NET_BIND_SERVICE" in fix


@pytest.mark.parametrize(
    ("kept", "level", "fix"),
    [
        ("", "advice", "net.ipv4.ip_local_reserved_ports=55555 "),
        ("8080,9000-9100", "advice", "net.ipv4.ip_local_reserved_ports=8080-8080,9000-9100,55555 "),
        ("55000-56000", "ok", ""),
    ],
)
def test_a_port_that_the_kernel_gives_away_is_to_be_reserved(patient, proc, kept, level, fix):
    proc("sys/net/ipv4/ip_local_port_range", "32768\t60999\n")
    proc("sys/net/ipv4/ip_local_reserved_ports", kept)
    ((seen, _, way),) = found(ports.reserved, patient())
    assert seen == level
    assert fix in way


def test_a_port_outside_that_range_is_safe(patient, proc):
    proc("sys/net/ipv4/ip_local_port_range", "32768\t60999\n")
    assert [row.level for row in ports.reserved(patient(server__port=6667))] == ["ok"]


def test_a_server_that_answers_wrongly_is_told_for_each_protocol(patient, listening):
    number = listening.getsockname()[1]

    def hang_up():
        for answer in (b"what?\r\n", b"", b"HTTP/1.1 503 Service Unavailable\r\n\r\n", b"", b""):
            connection, _ = listening.accept()
            with connection:
                connection.settimeout(0.05)
                try:
                    connection.recv(4096)
                except TimeoutError:
                    pass
                connection.sendall(answer)

    thread = threading.Thread(target=hang_up)
    thread.start()
    status = {"pid": 7, "addresses": [f"127.0.0.1:{number}"]}
    rows = found(ports.reach, patient(status=status, server__host="127.0.0.1", server__port=number))
    thread.join()
    assert [(level, text.split(", does not speak ")[1].split(":")[0]) for level, text, _ in rows[:-1]] == [
        ("failed", name) for name in ("irc", "tls", "http", "ssh", "legacy")
    ]
    assert "503" in rows[2][1]
    assert all("log" in fix for _, _, fix in rows[:-1])


def test_a_server_that_does_not_listen_any_more_is_told(patient):
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        number = sock.getsockname()[1]
    status = {"pid": 7, "addresses": [f"127.0.0.1:{number}"]}
    rows = found(ports.reach, patient(status=status, server__host="127.0.0.1", server__port=number))
    assert "refused" in rows[0][1]
    assert rows[0][0] == "failed"


def test_without_a_server_nothing_is_tried(patient):
    assert found(ports.reach, patient()) == [("ok", "not tried: no server runs", "")]
