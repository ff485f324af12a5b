"""The link of an invitation: the server's address, the pin of its key, and the token (docs/protocol.md, "Invitations").

``chover://HOST:PORT/#invite=TOKEN&pin=PIN``; as ``https://…`` it is the same link for a browser. Everything except the
address is in the fragment, which browsers do not send and proxies do not log.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from chover.wire.address import host_and_port

PORT: Final = 55555
"""The default port."""
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""The format of a token."""
_PIN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_HOST: Final = re.compile(r"[\w.-]+|[0-9a-f:.]+(?:%[\w.-]+)?")
"""A name or an address, lower case. No ``@``: the name before one is not where a link leads, however it reads."""
_SCHEMES: Final = {"chover", "https"}


class InvitationLink(NamedTuple):
    """``pin`` is the base64 of the SHA-256 of the server's public key (SPKI), with padding; empty for none.

    ``site`` is the URL for browsers, if it is different (``https://chat.example.org/chat``). ``self_signed``: browsers
    warn about its certificate. Neither is in the link.
    """

    host: str
    port: int
    token: str
    pin: str = ""
    site: str = ""
    self_signed: bool = False

    @property
    def for_clients(self) -> str:
        """For ``chover join``."""
        return f"chover://{self._rest}"

    @property
    def for_browsers(self) -> str:
        return f"{self.site}/{self._fragment}" if self.site else f"https://{self._rest}"

    @property
    def over_http(self) -> str:
        """For browsers, unencrypted."""
        return f"http://{self._rest}"

    @property
    def page_over_http(self) -> str:
        """The server's page without the invitation, unencrypted."""
        return f"http://{self._place}/"

    @property
    def browsers_warn(self) -> bool:
        """Whether a browser that follows it warns about the server's certificate."""
        return self.self_signed and not self.site

    @property
    def _place(self) -> str:
        return host_and_port(self.host, self.port)

    @property
    def _rest(self) -> str:
        return f"{self._place}/{self._fragment}"

    @property
    def _fragment(self) -> str:
        pin = self.pin.rstrip("=").translate(str.maketrans("+/", "-_"))
        return f"#invite={self.token}" + (f"&pin={pin}" if pin else "")


def parse(text: str) -> InvitationLink:
    """Parse a link of either kind; anything else in its fragment is ignored.

    Raises ValueError with one line that says what is wrong.
    """
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"the link's address cannot be read: {error}") from error
    if parts.scheme not in _SCHEMES or not host:
        raise ValueError("an invitation begins with chover://HOST or https://HOST")
    if "@" in parts.netloc or not _HOST.fullmatch(host):
        raise ValueError("the link's address is damaged: it is a name or an address, as in chover://chat.example.org")
    said = dict(parse_qsl(parts.fragment))
    token, pin = said.get("invite", ""), said.get("pin", "")
    if not TOKEN.fullmatch(token):
        raise ValueError("the link contains no invitation; its end may be missing: …/#invite=…")
    if pin and not _PIN.fullmatch(pin):
        raise ValueError("the link's pin is damaged; its end may be missing: …&pin=…")
    return InvitationLink(host, port or PORT, token, pin.translate(str.maketrans("-_", "+/")) + "=" if pin else "")
