import base64

import pytest

from chover.ports import Denied, Peer
from chover.server.services import ssh_keys

LINE = "AAAAC3NzaC1lZDI1NTE5AAAAIJ0Xm0uEm5TnV0rgn8nQxGzHFzM3vY6vN5Sk8m3Q1r2b"
FINGERPRINT = "SHA256:" + base64.b64encode(bytes(range(32))).decode().rstrip("=")


def test_a_public_key_and_its_fingerprint_are_the_same():
    kept = ssh_keys.digest(LINE)
    assert len(kept) == 64
    assert ssh_keys.digest(ssh_keys.shown(kept)) == kept
    assert ssh_keys.shown(ssh_keys.digest(FINGERPRINT)) == FINGERPRINT


@pytest.mark.parametrize("text", ["", "nonsense", "SHA256:short", "AAAA", "\x1b[2J", LINE[:20]])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(Denied, match="not a public key"):
        ssh_keys.digest(text)


def test_a_certificate_is_no_key():
    with pytest.raises(Denied, match="did not connect with an SSH key"):
        ssh_keys.of(Peer("192.0.2.1", 1, "irc", tls=True, fingerprint="ab" * 32))
