"""Push messages: the example of RFC 8291, and tokens that a push service can check."""

import base64
import json
import re

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from chover.notify.sealing import (
    MOST_BYTES,
    RECORD_BYTES,
    STEP_BYTES,
    VapidKeys,
    decoded,
    encoded,
    require_keys,
    seal,
    sealed,
)
from tests.notify.push_service import Device

# RFC 8291, appendix A.
DEVICE = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SERVER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y"
    "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_specification():
    server = ec.derive_private_key(int.from_bytes(decoded(SERVER), "big"), ec.SECP256R1())
    content = b"When I grow up, I want to be a watermelon"
    body = sealed(content + b"\x02", decoded(DEVICE), decoded(AUTH), server, decoded(SALT), RECORD_BYTES)
    assert encoded(body) == BODY


def test_no_two_messages_are_sealed_alike():
    assert seal(b"hello", DEVICE, AUTH) != seal(b"hello", DEVICE, AUTH)


@pytest.mark.parametrize("length", [0, 1, 408, 409, 410, 1000, MOST_BYTES])
def test_the_length_of_a_message_says_little_and_is_that_of_its_record(length):
    device = Device()
    keys = dict(part.split("=") for part in device.keys.split(";"))
    body = seal(b"x" * length, keys["p256dh"], keys["auth"])
    assert len(body) % STEP_BYTES == 0
    assert int.from_bytes(body[16:20]) == len(body)
    assert device.open(body) == "x" * length


def test_the_largest_content_makes_the_largest_message_and_one_byte_more_makes_none():
    assert len(seal(b"x" * MOST_BYTES, DEVICE, AUTH)) == RECORD_BYTES
    with pytest.raises(ValueError, match="at most"):
        seal(b"x" * (MOST_BYTES + 1), DEVICE, AUTH)


@pytest.mark.parametrize(
    ("p256dh", "auth", "part"),
    [
        ("", AUTH, "p256dh"),
        ("AAAA", AUTH, "p256dh"),
        (encoded(b"\x04" + bytes(64)), AUTH, "p256dh"),
        ("ä", AUTH, "p256dh"),
        (DEVICE, "", "auth"),
        (DEVICE, "AAAA", "auth"),
        (DEVICE, "A", "auth"),
    ],
)
def test_keys_that_are_none_are_told_so(p256dh, auth, part):
    with pytest.raises(ValueError, match=f"^{part} is no"):
        require_keys(p256dh, auth)


def test_keys_are_taken_padded_or_not():
    require_keys(DEVICE, AUTH)
    require_keys(base64.urlsafe_b64encode(decoded(DEVICE)).decode(), AUTH + "==")


def verified(authorization, public):
    """The claims of a token. Raises InvalidSignature."""
    signed, signature = re.fullmatch(r"vapid t=([^,]+)\.([^,.]+), k=[^ ]+", authorization).groups()
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(public))
    r, s = (int.from_bytes(half, "big") for half in (decoded(signature)[:32], decoded(signature)[32:]))
    key.verify(utils.encode_dss_signature(r, s), signed.encode(), ec.ECDSA(hashes.SHA256()))
    return [json.loads(decoded(part)) for part in signed.split(".")]


def test_a_push_service_can_check_who_sends():
    keys = VapidKeys(bytes(range(32)))
    given = keys.authorization("https://push.example.org:8443/x/y?z", "https://chat.test", 1000)
    head, claims = verified(given, keys.public)
    assert head == {"typ": "JWT", "alg": "ES256"}
    assert claims == {"aud": "https://push.example.org:8443", "exp": 1000 + 12 * 3600, "sub": "https://chat.test"}
    assert given.endswith(f", k={keys.public}")
    with pytest.raises(InvalidSignature):
        verified(given, VapidKeys(bytes(32)).public)


def test_the_key_pair_follows_from_its_secret():
    assert VapidKeys(b"a" * 32).public == VapidKeys(b"a" * 32).public != VapidKeys(b"b" * 32).public
    assert len(decoded(VapidKeys(b"\xff" * 32).public)) == 65
