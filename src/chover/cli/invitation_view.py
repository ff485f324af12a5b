"""The display of a new invitation: the QR code of its link, and the ways to follow it."""
# ruff: noqa: PLC0415 - a QR code is drawn when one is wanted

from __future__ import annotations

import os
import shutil
import sys
from typing import Any

from chover.cli.asking import moment


def shown(made: dict[str, Any]) -> list[str]:
    """The lines for a new invitation (ports.NewInvitation as plain data), with its QR code on a terminal."""
    invite = made["invite"]
    until = f"until {moment(invite['expires_at'])}" if invite["expires_at"] else "for ever"
    people = "one person" if invite["uses"] == 1 else f"{invite['uses']} people"
    picture = _picture(made["browser"]) if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else []
    rows = (
        ("in a terminal", f"chover join '{made['link']}'"),
        ("in a browser", made["browser"]),
        *_without_authority(made),
        ("for", f"{people}, {until}{_places(invite)}"),
        ("to revoke it", f"chover invite revoke {invite['id']}"),
    )
    return [*picture, *(f"{name:<16} {text}" for name, text in rows)]


def _without_authority(made: dict[str, Any]) -> list[tuple[str, str]]:
    """Notes for a server that has made its certificate itself."""
    if not made.get("warns"):
        return []
    if made.get("awaited"):
        return [("", f"the browser warns until {made['awaited']} has its certificate; the server's log says when")]
    warning = "the browser warns, because the server made its certificate itself: Advanced, then Continue"
    plain = made["plain"]
    whom = "" if "#" in plain else "for guests, "
    return [
        ("", warning),
        *([("without warning", f"{plain}   ({whom}local network only: not encrypted)")] if plain else []),
    ]


def _places(invite: dict[str, Any]) -> str:
    role = f" with +{invite['role']}" if invite["role"] and invite["channels"] else ""
    return f", to {', '.join(invite['channels'])}{role}" if invite["channels"] else ""


def _picture(link: str) -> list[str]:
    """The QR code of a link and an empty line; nothing on a terminal that is too narrow."""
    from chover.client import qr

    rows = qr.fitting(qr.modules(link), shutil.get_terminal_size().columns, sys.maxsize)
    return [*qr.painted(rows), ""] if rows else []
