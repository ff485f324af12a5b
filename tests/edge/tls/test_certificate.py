import base64
import datetime as dt
import errno
import hashlib
import ssl
import stat
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, x25519

from chover.edge.tls import certificate
from chover.edge.tls.certificate import Pair, check, keep_self_signed
from chover.edge.tls.errors import CertificateError


def loaded(pair):
    return x509.load_pem_x509_certificate(pair.certificate.read_bytes())


def test_the_first_start_makes_a_pair_for_this_machine(tmp_path):
    pair = keep_self_signed(tmp_path)
    made = loaded(pair)
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "localhost" in names.get_values_for_type(x509.DNSName)
    assert isinstance(made.public_key().curve, ec.SECP256R1)
    assert made.not_valid_after_utc - dt.datetime.now(dt.UTC) > dt.timedelta(days=10 * 365)
    assert stat.S_IMODE(pair.key.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tls-certificate.pem", "tls-key.pem"]


def test_the_pair_is_kept(tmp_path):
    first = check(keep_self_signed(tmp_path))
    assert check(keep_self_signed(tmp_path)) == first


def test_an_expired_one_is_renewed_with_the_same_key(tmp_path, monkeypatch):
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=30 * 365)
    with monkeypatch.context() as past:
        past.setattr(certificate, "_now", lambda: long_ago)
        old = check(keep_self_signed(tmp_path))
    new = check(keep_self_signed(tmp_path))
    assert new.pin == old.pin
    assert new.fingerprint != old.fingerprint
    assert new.warning == ""


def test_a_lost_certificate_is_made_again_for_the_same_key(tmp_path):
    pair = keep_self_signed(tmp_path)
    pin = check(pair).pin
    pair.certificate.unlink()
    assert check(keep_self_signed(tmp_path)).pin == pin


def test_a_lost_key_means_a_new_pair(tmp_path):
    pair = keep_self_signed(tmp_path)
    pin = check(pair).pin
    pair.key.unlink()
    assert check(keep_self_signed(tmp_path)).pin != pin


def test_what_a_crash_left_behind_is_no_obstacle(tmp_path):
    (tmp_path / "tls-key.new").write_bytes(b"half")
    assert check(keep_self_signed(tmp_path)).warning == ""


def test_the_pin_and_the_fingerprint_are_those_of_openssl(tmp_path, needs):
    program = needs("openssl", "apt-get install openssl")
    pair = keep_self_signed(tmp_path)
    shown = check(pair)
    said = subprocess.run(
        [program, "x509", "-in", pair.certificate, "-noout", "-fingerprint", "-sha256"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.partition("=")[2].strip() == shown.fingerprint
    key = loaded(pair).public_key()
    spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert base64.b64decode(shown.pin) == hashlib.sha256(spki).digest()


def test_an_expired_certificate_of_ones_own_is_a_warning(tmp_path, monkeypatch):
    with monkeypatch.context() as past:
        past.setattr(certificate, "_now", lambda: dt.datetime.now(dt.UTC) - dt.timedelta(days=30 * 365))
        pair = keep_self_signed(tmp_path)
    assert "expired on" in check(pair).warning


def other_pair(directory):
    directory.mkdir()
    return keep_self_signed(directory)


def write(path, data):
    path.write_bytes(data)
    return path


def encrypted_key():
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )


def agreement_key():
    return x25519.X25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        (lambda pair, tmp: Pair(tmp / "none.pem", pair.key), "none.pem cannot be read: No such file or directory"),
        (lambda pair, tmp: Pair(pair.certificate, tmp / "none.pem"), "none.pem cannot be read: No such file"),
        (lambda pair, tmp: Pair(tmp, pair.key), "cannot be read: Is a directory"),
        (lambda pair, tmp: Pair(write(tmp / "c", b"junk"), pair.key), "c contains no certificate in PEM"),
        (lambda pair, tmp: Pair(pair.certificate, write(tmp / "k", b"junk")), "k contains no private key in PEM"),
        (lambda pair, tmp: Pair(pair.certificate, other_pair(tmp / "other").key), "does not belong to the certificate"),
        (lambda pair, tmp: Pair(pair.certificate, write(tmp / "k", encrypted_key())), "k is encrypted"),
        (lambda pair, tmp: Pair(pair.certificate, write(tmp / "k", agreement_key())), "cannot sign"),
    ],
    ids=["no certificate", "no key", "directory", "junk", "junk key", "not matching", "encrypted", "x25519"],
)
def test_what_cannot_be_used_is_one_line(tmp_path, broken, text):
    pair = keep_self_signed(tmp_path)
    with pytest.raises(CertificateError) as error:
        check(broken(pair, tmp_path))
    assert text in str(error.value)
    assert "\n" not in str(error.value)


def test_a_directory_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CertificateError, match="No certificate can be stored in"):
        keep_self_signed(tmp_path / "file" / "data")


def test_a_key_that_may_not_be_read_is_one_line(tmp_path, monkeypatch):
    pair = keep_self_signed(tmp_path)

    def forbidden(path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(type(pair.key), "read_bytes", forbidden)
    with pytest.raises(CertificateError, match=r"cannot be read: Permission denied\. Check the path"):
        check(pair)


def test_certificate_and_key_may_stand_in_one_file(tmp_path):
    pair = keep_self_signed(tmp_path)
    both = write(tmp_path / "both.pem", pair.certificate.read_bytes() + pair.key.read_bytes())
    assert check(Pair(both, both)) == check(pair)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(both)


def test_its_names_are_those_of_hosts_in_it(tmp_path):
    names = check(keep_self_signed(tmp_path)).names
    assert names[0] == "localhost"
    assert "127.0.0.1" not in names
