"""Hooks: incoming ones post to a channel, outgoing ones pass on its messages (notify/outgoing.py)."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from chover.engine.ids import LogId
from chover.notify import formats
from chover.notify.guard import require_url
from chover.notify.outgoing import Outgoing
from chover.ports import Denied, Hook, HookRows, NotPosted, Voice
from chover.ports.measures import Measure, single

TOKEN_BYTES: Final = 32
MOST: Final = 20
"""Hooks of one channel."""
NAME_CHARS: Final = 32
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""256 bits, in the form of token_urlsafe."""


class HookService:
    """Implements ports.Hooks. All hooks are in memory, so guessing tokens causes no disk access."""

    def __init__(
        self, rows: HookRows, held: Iterable[tuple[bytes, Hook]], voice: Voice, outgoing: Outgoing | None = None
    ) -> None:
        """``held``: all of ``rows``. Without ``outgoing`` nothing is sent, as while no server is running."""
        self._outgoing = outgoing
        self._rows = rows
        self._voice = voice
        self._said = 0
        self._telling = False
        self._hooks: dict[str, Hook] = {}
        self._by_token: dict[bytes, str] = {}
        for token_hash, hook in held:
            self._learn(token_hash, hook)

    def _learn(self, token_hash: bytes, hook: Hook) -> None:
        self._hooks[hook.id] = hook
        if token_hash:
            self._by_token[token_hash] = hook.id

    async def add(self, channel: LogId, name: str, made_by: str) -> tuple[Hook, str]:
        """See ports.Hooks."""
        self._require_fitting(channel, name)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        hook = Hook(secrets.token_hex(4), channel, name.strip(), made_by, _now())
        await self._rows.add(_hash(token), hook)
        self._learn(_hash(token), hook)
        return hook, token

    async def add_outgoing(self, channel: LogId, name: str, made_by: str, url: str) -> Hook:
        """See ports.Hooks."""
        self._require_fitting(channel, name)
        try:
            if self._outgoing is None:
                require_url(url)
            else:
                await self._outgoing.destinations.require(url)
        except ValueError as error:
            raise Denied("INVALID", str(error)) from error
        key, place = secrets.token_urlsafe(TOKEN_BYTES), await self._voice.head(channel)
        hook = Hook(secrets.token_hex(4), channel, name.strip(), made_by, _now(), url, key, place)
        await self._rows.add(b"", hook)
        # Unless it was read again meanwhile.
        if hook.id not in self._hooks:
            self._learn(b"", hook)
            self._follow(hook)
        return hook

    def _follow(self, hook: Hook) -> None:
        if self._outgoing is not None and self._telling:
            self._outgoing.follow(hook)

    async def tell(self) -> None:
        """Send what is said to the outgoing hooks, from where it was left off, until it is cancelled.

        On one node at a time. Raises StoreError.
        """
        assert self._outgoing is not None
        # The places have moved while another node was sending.
        kept = {hook.id: hook for _, hook in await self._rows.all()}
        self._telling = True
        try:
            for hook in self._hooks.values():
                self._follow(kept.get(hook.id, hook))
            await self._outgoing.watch()
        finally:
            self._telling = False
            await self._outgoing.rest()

    def _require_fitting(self, channel: LogId, name: str) -> None:
        if len(self.of(channel)) >= MOST:
            raise Denied("TOO_MANY", f"The channel has {MOST} hooks, which is the limit: revoke one first")
        if not name.strip() or len(name) > NAME_CHARS or not name.isprintable():
            raise Denied("INVALID", f"A hook's name has 1 to {NAME_CHARS} visible characters")

    def of(self, channel: LogId) -> list[Hook]:
        return [hook for hook in self.everywhere() if hook.channel == channel]

    def everywhere(self) -> list[Hook]:
        off = self._outgoing.off if self._outgoing is not None else {}
        return [msgspec.structs.replace(hook, off=off.get(hook.id, hook.off)) for hook in self._hooks.values()]

    async def revoke(self, hook: str) -> bool:
        """Only one of two simultaneous calls returns True."""
        found = await self._rows.remove(hook)
        self._forget(hook)
        return found

    def _forget(self, hook: str) -> None:
        self._hooks.pop(hook, None)
        if self._outgoing is not None:
            self._outgoing.leave(hook)
        self._by_token = {token: held for token, held in self._by_token.items() if held != hook}

    async def reload(self) -> None:
        """Read all hooks again, because another node has changed some. Raises StoreError."""
        known = set(self._hooks)
        rows = {hook.id: (token_hash, hook) for token_hash, hook in await self._rows.all()}
        for gone in known - set(rows):
            self._forget(gone)
        for token_hash, hook in rows.values():
            new = hook.id not in self._hooks
            if new and hook.id in known:
                continue  # It was revoked here after the rows were read.
            self._learn(token_hash, hook)
            if self._outgoing is not None and hook.off:
                self._outgoing.leave(hook.id)
            elif new:
                self._follow(hook)

    def measures(self) -> list[Measure]:
        """See ports.Hooks."""
        incoming = single(
            "hook_posts_total", "counter", "Posts of other programs that were sent to a channel.", self._said
        )
        return [incoming, *(self._outgoing.measures() if self._outgoing is not None else ())]

    def find(self, token: str) -> tuple[Hook, str]:
        """See ports.Hooks."""
        known = self._by_token.get(_hash(token)) if _TOKEN.fullmatch(token) else None
        if known is None:
            raise NotPosted(404, "There is no such hook: it was revoked, or a part of its address is missing")
        hook = self._hooks[known]
        channel = self._voice.channel(hook.channel)
        if not channel:
            raise NotPosted(410, "The channel of this hook has ended: revoke the hook and make another")
        return hook, channel

    async def post(self, token: str, body: bytes, headers: Mapping[str, str]) -> None:
        """See ports.Hooks."""
        hook, _ = self.find(token)
        if wait := self._voice.patience(hook):
            raise NotPosted(429, "This hook speaks too often: send less at a time, or wait", wait)
        try:
            post = formats.read(body, headers)
        except formats.Unreadable as error:
            raise NotPosted(400, f"Nothing was posted: {error}") from error
        await self._voice.say(hook, post.name, post.text)
        self._said += 1


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _now() -> int:
    return time.time_ns() // 1_000_000
