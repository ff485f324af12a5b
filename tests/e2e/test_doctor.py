"""``chover doctor`` beside a real server: healthy, and with what real machines do to one."""

import json
import signal

import pytest

from tests.e2e.server import chover


def examined(server, *more):
    done = chover(
        "doctor", *more, "--data", str(server.data), "--port", str(server.port), home=server.home,
        CHOVER_SERVER_HOST=server.host,
    )  # fmt: skip
    assert done.stderr == ""
    return done


def levels(done):
    return {(row["check"], row["level"]) for row in map(json.loads, done.stdout.splitlines())}


@pytest.mark.single_process("it compares the process of the server")
def test_a_server_that_runs_is_well_and_every_protocol_is_reached(server):
    done = examined(server)
    assert done.returncode == 0
    assert f"port         {server.port} is this server's (process {server.pid})" in done.stdout
    assert f"tried on 127.0.0.1, port {server.port}: irc, tls, http, ssh, legacy" in done.stdout
    assert done.stdout.endswith("\nnothing has failed\n")
    assert "connected:" not in server.log(), "nobody is announced who only looked"


def test_a_server_that_hangs_and_a_key_that_others_read_fail(server):
    (server.data / "ssh_host_ed25519_key").chmod(0o644)
    server.signal(signal.SIGSTOP)
    try:
        # The socket takes the question, and nobody answers it.
        done = examined(server, "--json")
    finally:
        server.signal(signal.SIGCONT)
    assert done.returncode == 1
    assert {("port", "failed"), ("leftovers", "failed"), ("secrets", "failed")} <= levels(done)


def test_without_a_server_it_is_well_too_and_nothing_is_made(tmp_path):
    done = chover("doctor", "--data", str(tmp_path / "none"), home=tmp_path, CHOVER_SERVER_PORT="0")
    assert done.returncode == 0
    assert not (tmp_path / "none").exists()
