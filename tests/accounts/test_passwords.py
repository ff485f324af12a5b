"""What is kept of a password, and what it is checked against."""

import base64
import hashlib
import hmac

import pytest

from chover.accounts import passwords
from chover.accounts.passwords import ARGON2, LONGEST, SCRAM, Passwords, Verifier, prepared
from chover.ports import Denied


@pytest.fixture
def makes():
    opened = Passwords("cheap", scram=True)
    yield opened
    opened.close()


async def test_a_verifier_is_that_of_the_specifications_example(makes, monkeypatch):
    """RFC 7677, section 3: user, pencil; the server's signature is made by what is kept."""
    salt = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
    monkeypatch.setattr(passwords.secrets, "token_bytes", lambda _: salt)
    [text] = (await makes.make("pencil"))[SCRAM]
    kept = Verifier.read(text)

    nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    exchange = f"n=user,r=rOprNGfwEbeRWgbNEkqO,r={nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r={nonce}"
    signature = hmac.digest(kept.server_key, exchange.encode(), "sha256")
    assert base64.b64encode(signature) == b"6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
    proof = base64.b64decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
    client_signature = hmac.digest(kept.stored_key, exchange.encode(), "sha256")
    client_key = bytes(one ^ other for one, other in zip(proof, client_signature, strict=True))
    assert hashlib.sha256(client_key).digest() == kept.stored_key


def test_a_verifier_is_read_as_it_was_written():
    verifier = Verifier(b"salt$", b"\0" * 32, b"\xff" * 32, 4096)
    assert Verifier.read(verifier.text()) == verifier


async def test_a_password_matches_its_hash_and_no_other_does(makes):
    [kept] = (await makes.make("open sesame"))[ARGON2]
    assert "sesame" not in kept
    assert await makes.matches(kept, "open sesame")
    assert not await makes.matches(kept, "open simsim")
    assert not await makes.matches("", "open sesame")


async def test_the_same_password_is_kept_differently_each_time(makes):
    one, two = await makes.make("open sesame"), await makes.make("open sesame")
    assert one[ARGON2] != two[ARGON2]
    assert one[SCRAM] != two[SCRAM]


async def test_without_scram_there_is_no_verifier():
    makes = Passwords("cheap", scram=False)
    made = await makes.make("open sesame")
    assert made[SCRAM] == []
    assert await makes.matches(made[ARGON2][0], "open sesame")
    makes.close()


async def test_one_password_written_in_two_ways_is_one(makes):
    """RFC 4013: ª is an a, a soft hyphen is nothing, and an ideographic space is a space."""
    [kept] = (await makes.make("a open sesame"))[ARGON2]
    assert await makes.matches(kept, "ª\u3000op\u00aden sesame")


@pytest.mark.parametrize("word", ["bell\x07", "private\ue000", "no\ufffdne"])
async def test_characters_that_no_client_can_be_sure_to_type_are_refused_and_match_nothing(makes, word):
    with pytest.raises(Denied) as denied:
        prepared(word)
    assert denied.value.code == "UNACCEPTABLE_PASSWORD"
    [empty] = (await makes.make("x"))[ARGON2]
    assert not await makes.matches(empty, word)


async def test_what_is_longer_than_a_password_matches_nothing(makes):
    [kept] = (await makes.make("x" * (LONGEST + 1)))[ARGON2]
    assert not await makes.matches(kept, "x" * (LONGEST + 1))


def test_of_an_account_that_is_not_there_the_salt_is_always_the_same_and_the_keys_never(makes):
    one, again = makes.nobodys("bob", b"key"), makes.nobodys("bob", b"key")
    assert (one.salt, one.iterations) == (again.salt, again.iterations)
    assert len(one.salt) == passwords.SALT_BYTES
    assert one.stored_key != again.stored_key
    assert one.salt != makes.nobodys("eve", b"key").salt
    assert one.salt != makes.nobodys("bob", b"another").salt
