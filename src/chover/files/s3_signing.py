"""Signatures of requests to S3-compatible storage, AWS Signature Version 4:
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import quote, urlsplit

EMPTY: Final = hashlib.sha256(b"").hexdigest()
"""The SHA-256 of no content."""
_ALGORITHM: Final = "AWS4-HMAC-SHA256"


class S3Keys(NamedTuple):
    access: str
    secret: str
    region: str


def escaped(path: str) -> str:
    """A path as it stands in a request and in its signature."""
    return quote(path, safe="/-_.~")


def signed(
    keys: S3Keys, method: str, url: str, sha256: str, now: datetime, headers: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The headers of a request, with its signature. ``url`` is escaped; ``sha256`` is that of the content, in hex.

    ``now`` is in UTC. A query is not supported.
    """
    parts = urlsplit(url)
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    sent = {**(headers or {}), "x-amz-content-sha256": sha256, "x-amz-date": moment}
    named = {name.lower(): " ".join(value.split()) for name, value in {**sent, "host": parts.netloc}.items()}
    names = ";".join(sorted(named))
    lines = "".join(f"{name}:{named[name]}\n" for name in sorted(named))
    request = "\n".join([method, parts.path or "/", "", lines, names, sha256])
    scope = f"{moment[:8]}/{keys.region}/s3/aws4_request"
    text = "\n".join([_ALGORITHM, moment, scope, hashlib.sha256(request.encode()).hexdigest()])
    signature = hmac.new(_key(keys, moment[:8]), text.encode(), hashlib.sha256).hexdigest()
    credential = f"{keys.access}/{scope}"
    sent["Authorization"] = f"{_ALGORITHM} Credential={credential},SignedHeaders={names},Signature={signature}"
    return sent


def _key(keys: S3Keys, day: str) -> bytes:
    key = f"AWS4{keys.secret}".encode()
    for part in (day, keys.region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
