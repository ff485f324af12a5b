"""What every section of the settings is made of: types with their bounds, and errors of values."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Port = Annotated[int, Meta(ge=0, le=65535)]
Seconds = Annotated[float, Meta(gt=0, le=86400)]
Text = Annotated[
    str,
    Meta(
        max_length=4096,
        pattern=r"^[^\x00-\x1f\x7f\ud800-\udfff]*\Z",
        extra={"allowed": "text of one line, at most 4096 characters"},
    ),
]
Lines = Annotated[
    str,
    Meta(
        max_length=65536,
        pattern=r"^[^\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]*\Z",
        extra={"allowed": "text of at most 65536 characters, none of them a control character"},
    ),
]
Word = Annotated[
    str,
    Meta(max_length=64, pattern=r"^[!-~]+\Z", extra={"allowed": "one word of ASCII characters, at most 64"}),
]

A_HUNDRED_YEARS: Final = 3_153_600_000
"""Seconds of a hundred years."""
Origin = Annotated[
    str,
    Meta(
        max_length=300,
        pattern=r"^https?://[^/\s\x00-\x1f]+\Z",
        extra={"allowed": "https:// and a host, without a path"},
    ),
]
Site = Annotated[str, Meta(max_length=300, pattern=r"^(https?://[^\s\x00-\x1f]*[^\s\x00-\x1f/])?\Z")]
Kind = Annotated[
    str,
    Meta(
        max_length=100,
        pattern=r"^(\*|[a-z]+/(\*|[a-z0-9.+-]+))\Z",
        extra={"allowed": "a media type like image/png, image/* or *"},
    ),
]


class Misfit(ValueError):
    """A value within its bounds that is still invalid. ``wanted`` continues "it must be …"."""

    def __init__(self, key: str, wanted: str) -> None:
        super().__init__(f"{key} must be {wanted}")
        self.key, self.wanted = key, wanted


def require_both(cert: str, key: str, cert_name: str, key_name: str) -> None:
    if bool(cert) != bool(key):
        missing, given = (key_name, cert_name) if cert else (cert_name, key_name)
        raise Misfit(missing, f"given as well, because {given} is")


def require_networks(key: str, words: tuple[str, ...]) -> None:
    import ipaddress  # noqa: PLC0415 - 5 ms, and clients have no networks

    for word in words:
        try:
            ipaddress.ip_network(word, strict=False)
        except ValueError:
            raise Misfit(key, f"a list of addresses and networks, which {word} is none of") from None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section of the settings: one field for each, with a default, a type, bounds and a meaning."""
