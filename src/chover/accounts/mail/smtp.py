"""Sends mail with codes, by SMTP."""

from __future__ import annotations

import logging
from typing import Final

from chover import lookup
from chover.config import Config
from chover.ports import Denied

_log = logging.getLogger(__name__)

SECONDS: Final = 20.0
_LATER: Final = "The mail could not be sent; try again later, or ask the operator"


def require_address(text: str) -> str:
    """Check a single address and return it unchanged. Raises Denied."""
    from email.utils import parseaddr  # noqa: PLC0415 - as below

    name, address = parseaddr(text)
    local, at, domain = address.rpartition("@")
    if name or not at or not local or not domain or address != text or len(text) > 254 or " " in text:
        raise Denied("INVALID_EMAIL", "That is not an e-mail address, which looks like name@example.org")
    return text


async def send(config: Config, to: str, subject: str, text: str) -> None:
    """Send a mail. Raises Denied if it is not accepted."""
    # Importing takes 60 ms, and only people who register with an address need it.
    from email.message import EmailMessage  # noqa: PLC0415
    from email.utils import formatdate, make_msgid  # noqa: PLC0415

    import aiosmtplib  # noqa: PLC0415

    settings, server = config.mail, config.server.server_name
    message = EmailMessage()
    message["From"] = settings.sender or f"chover@{server}"
    message["To"], message["Subject"], message["Date"] = to, subject, formatdate()
    message["Message-ID"] = make_msgid(domain=server)
    message.set_content(text)
    try:
        sock = await lookup.connect(settings.host, settings.port, SECONDS)
        await aiosmtplib.send(
            message, hostname=settings.host, sock=sock, timeout=SECONDS,
            username=settings.user or None, password=settings.password or None,
            use_tls=settings.tls == "tls", start_tls=settings.tls == "starttls",
        )  # fmt: skip
    except (aiosmtplib.SMTPException, OSError) as error:
        _log.error("could not send mail to %s by %s: %s", to, settings.host, error)
        raise Denied("TEMPORARILY_UNAVAILABLE", _LATER) from error
