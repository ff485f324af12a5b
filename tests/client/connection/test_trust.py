import stat

import pytest

from chover.client.connection.trust import KnownServers, Untrusted, pin_of
from tests.client.certificates import Certificate, rsa_key

HERE = "chat.example:55555"


@pytest.mark.parametrize("key", [None, rsa_key()], ids=["elliptic", "RSA"])
def test_the_pin_is_the_digest_of_the_public_key(key):
    certificate = Certificate(key)
    assert pin_of(certificate.der) == certificate.pin


def test_a_renewal_with_the_same_key_keeps_the_pin():
    first = Certificate()
    assert pin_of(Certificate(first.key).der) == pin_of(first.der)


@pytest.mark.parametrize("der", [b"", b"\x30", b"\x30\x82\xff\xff", b"\x30\x03\x30\x01\x00", b"hello there"])
def test_what_is_no_certificate_has_no_pin(der):
    with pytest.raises(ValueError, match="not a certificate"):
        pin_of(der)


def test_a_pin_is_remembered_for_its_server_and_the_owner_alone(tmp_path):
    known = KnownServers(tmp_path / "config" / "known_servers")
    assert known.pin(HERE) is None
    known.remember(HERE, "abc=")
    assert known.pin("CHAT.example:55555".lower()) == "abc="
    assert known.pin("chat.example:6697") is None
    assert stat.S_IMODE(known.path.stat().st_mode) == 0o600


def test_of_two_lines_the_later_one_counts(tmp_path):
    known = KnownServers(tmp_path / "known_servers")
    known.remember(HERE, "old=")
    known.remember(HERE, "new=")
    assert known.pin(HERE) == "new="


def test_a_file_that_cannot_be_used_is_no_trust(tmp_path):
    known = KnownServers(tmp_path)
    with pytest.raises(Untrusted, match="cannot be read"):
        known.pin(HERE)
    with pytest.raises(Untrusted, match="cannot be saved"):
        known.remember(HERE, "abc=")


def test_a_changed_key_is_explained_with_the_way_out(tmp_path):
    known = KnownServers(tmp_path / "known_servers")
    text = str(known.changed(HERE, "old=", "new="))
    assert all(word in text for word in (HERE, "old=", "new=", str(known.path)))
