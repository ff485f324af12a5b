"""What the port offers to those who audit it: SSH and TLS without what is known to be weak."""

import importlib.util
import json
import re
import socket
import ssl
import struct
import subprocess
import sys

import pytest

from tests.terminal import BOUND

LISTS = ("kex", "host_keys", "ciphers", "ciphers_back", "macs", "macs_back", "compression")
WEAK = re.compile(r"sha1|md5|group1-|group-exchange|nistp|cbc|arcfour|3des|umac-64")


def offered(port):
    """The name lists of the server's SSH_MSG_KEXINIT (RFC 4253, 7.1)."""
    with socket.create_connection(("127.0.0.1", port), BOUND) as sock, sock.makefile("rb") as file:
        sock.sendall(b"SSH-2.0-audit\r\n")
        while not file.readline().startswith(b"SSH-2.0-"):
            pass
        length, padding = struct.unpack(">IB", file.read(5))
        payload = file.read(length - 1)[: length - 1 - padding]
    assert payload[0] == 20
    at, lists = 17, {}
    for name in LISTS:
        (size,) = struct.unpack_from(">I", payload, at)
        lists[name] = payload[at + 4 : at + 4 + size].decode().split(",")
        at += 4 + size
    return lists


def test_ssh_offers_nothing_weak(shared):
    lists = offered(shared.port)
    kex = [name for name in lists["kex"] if not name.startswith(("ext-info", "kex-strict"))]
    assert [name for name in (*kex, *lists["ciphers"], *lists["macs"]) if WEAK.search(name)] == []
    assert "curve25519-sha256" in kex
    assert all("-etm@" in name for name in lists["macs"])
    assert (lists["ciphers"], lists["macs"]) == (lists["ciphers_back"], lists["macs_back"])
    assert lists["compression"] == ["none"]
    assert lists["host_keys"] == ["ssh-ed25519"]
    # The counter to CVE-2023-48795.
    assert "kex-strict-s-v00@openssh.com" in lists["kex"]


def test_an_auditor_of_ssh_finds_no_failure(shared, needs):
    if importlib.util.find_spec("ssh_audit") is None:
        needs("ssh-audit", "pip install ssh-audit")
    done = subprocess.run(
        [sys.executable, "-m", "ssh_audit", "--skip-rate-test", "-j", "-p", str(shared.port), "127.0.0.1"],
        capture_output=True, text=True, timeout=BOUND, check=False,
    )  # fmt: skip
    found = json.loads(done.stdout)
    failures = {
        row["algorithm"]: row["notes"]["fail"]
        for kind in ("kex", "key", "enc", "mac")
        for row in found[kind]
        if row.get("notes", {}).get("fail")
    }
    assert failures == {}
    assert len(found["kex"]) >= 4


def tls(port, **wanted):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for name, value in wanted.items():
        setattr(context, name, value)
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), BOUND))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_has_forward_secrecy_authenticated_encryption_and_no_compression(shared, version):
    with tls(shared.port, minimum_version=version, maximum_version=version) as sock:
        assert sock.version() == version.name.replace("_", ".")
        assert sock.compression() is None
        assert re.match(r"(ECDHE-.*(GCM|CHACHA20)|TLS_)", sock.cipher()[0])


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_tls_before_1_2_is_refused(shared, version):
    with pytest.raises((ssl.SSLError, ConnectionError)):
        tls(shared.port, minimum_version=version, maximum_version=version).close()


@pytest.mark.parametrize("ciphers", ["AES128-GCM-SHA256", "AES256-SHA", "ECDHE-ECDSA-AES128-SHA", "NULL", "aNULL"])
def test_tls_takes_no_weak_cipher(shared, ciphers):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(socket.create_connection(("127.0.0.1", shared.port), BOUND))
