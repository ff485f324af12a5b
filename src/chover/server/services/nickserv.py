"""NickServ: accounts in plain words, for every client and at any time."""

from __future__ import annotations

from typing import Final

from chover.server.services.service import Service

SERVICE: Final = Service("NickServ", "NS", "looks after accounts", {})
