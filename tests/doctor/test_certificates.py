import datetime as dt

import pytest

from chover.doctor.certificates import certificates
from chover.edge.tls import certificate


@pytest.fixture
def pair(directory):
    return certificate.keep_self_signed(directory)


def only(patient):
    (row,) = certificates(patient)
    return row


def valid_for(pair, monkeypatch, **delta):
    monkeypatch.setattr(certificate, "_VALID", dt.timedelta(**delta))
    pair.certificate.write_bytes(certificate._self_signed(certificate.read_key(pair.key)))


def test_before_the_first_start_there_is_none(patient):
    assert only(patient()).level == "ok"


def test_a_good_one_is_good(patient, pair):
    assert (only(patient()).level, only(patient()).fix) == ("ok", "")


def test_one_that_has_expired_is_told(patient, pair, monkeypatch):
    valid_for(pair, monkeypatch, days=-1)
    row = only(patient())
    assert (row.level, row.fix) == ("failed", "certbot renew, then chover reload")
    assert "has expired" in row.text


def test_one_that_expires_soon_is_told(patient, pair, monkeypatch):
    valid_for(pair, monkeypatch, days=5)
    row = only(patient())
    assert row.level == "advice"
    assert "expires in 5 days" in row.text


def test_a_key_that_others_may_read_is_told(patient, pair):
    pair.key.chmod(0o640)
    row = only(patient())
    assert (row.level, row.fix) == ("failed", f"chmod 600 {pair.key}")


@pytest.mark.parametrize(
    ("cert", "key", "fix"),
    [
        ("missing.pem", "key.pem", "Check the path and its permissions"),
        ("cert.pem", "other.pem", "use a matching pair"),
        ("cert.pem", "junk.pem", "use a file that does"),
    ],
)
def test_what_cannot_be_used_is_told_with_what_to_do(patient, pair, tmp_path, cert, key, fix):
    for name, source in (("cert.pem", pair.certificate), ("key.pem", pair.key)):
        (tmp_path / name).write_bytes(source.read_bytes())
    (tmp_path / "junk.pem").write_text("junk")
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / "other.pem").write_bytes(certificate.keep_self_signed(other).key.read_bytes())
    row = only(patient(tls__cert=str(tmp_path / cert), tls__key=str(tmp_path / key)))
    assert (row.level, row.fix) == ("failed", fix)
