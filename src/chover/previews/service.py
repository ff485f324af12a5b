"""Previews of links: fetched when somebody's client asks for the first time, and kept for a while."""

from __future__ import annotations

import asyncio
import base64
import hmac
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from chover.ports.files import LinkPreview, PreviewPicture
from chover.ports.measures import Measure, Sample, single
from chover.previews import pictures
from chover.previews.cache import Cache
from chover.previews.page import URL_CHARS, facts_in
from chover.previews.shares import Shares

if TYPE_CHECKING:
    from chover.notify.outside import Fetched, OutgoingHttp

_log = logging.getLogger(__name__)

PAGES: Final = 2000
PAGE_BYTES: Final = 256 * 1024
"""No more of a page is read: what it says about itself stands at its beginning."""
PICTURES_BYTES: Final = 32 * 1024 * 1024
KEPT_SECONDS: Final = 6 * 3600.0
FAILED_SECONDS: Final = 600.0
"""A page that said nothing, or did not answer, is not asked again for so long."""
AT_ONCE: Final = 6
WAITING: Final = 60
"""Pages that wait for one of the places; more are not fetched."""
OUTCOMES: Final = ("made", "kept", "nothing", "failed", "too many")
"""What becomes of a preview that is asked for; in the metrics from the start, with 0."""
PATH: Final = "previews"
_PAGES: Final = ("text/html", "application/xhtml+xml", "image/")


class LinkPreviews:
    """Implements ports.Previews. ``key`` signs the addresses of pictures; nodes of a cluster share it."""

    def __init__(
        self, outside: Callable[[], Awaitable[OutgoingHttp]], key: bytes, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._outside = outside
        self._key = key
        self._clock = clock
        self._pages: Cache[LinkPreview | None] = Cache(PAGES)
        self._pictures: Cache[PreviewPicture | None] = Cache(PICTURES_BYTES)
        self._shares = Shares()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._under_way: dict[str, asyncio.Task[LinkPreview | None]] = {}
        self._waiting = 0
        self._outcomes = Counter(dict.fromkeys(OUTCOMES, 0))

    async def of(self, url: str, who: str) -> LinkPreview | None:
        """See ports.Previews."""
        kept = self._pages.get(url, self._clock())
        if kept is not None:
            self._outcomes["kept"] += 1
            return kept.value
        task = self._under_way.get(url)
        if task is None:
            if len(self._under_way) >= AT_ONCE + WAITING or not self._shares.take(who, self._clock()):
                self._outcomes["too many"] += 1
                return None
            task = self._under_way[url] = asyncio.get_running_loop().create_task(self._make(url))
            task.add_done_callback(lambda _: self._under_way.pop(url, None))
        # Others may wait for it, too.
        return await asyncio.shield(task)

    async def _make(self, url: str) -> LinkPreview | None:
        from chover.notify.outside import DestinationUnreachable  # noqa: PLC0415 - it needs aiohttp, which is late

        preview = None
        async with self._slots:
            try:
                preview = await self._fetched(url)
                outcome = "made" if preview else "nothing"
            except DestinationUnreachable as error:
                # Without its address, which is private.
                _log.info("a page for a preview could not be fetched: %s", error)
                outcome = "failed"
            except Exception:  # noqa: BLE001 - a bug costs one preview
                _log.exception("a preview could not be made")
                outcome = "failed"
        self._outcomes[outcome] += 1
        until = self._clock() + (KEPT_SECONDS if preview else FAILED_SECONDS)
        self._pages.keep(url, preview, until=until)
        return preview

    async def _fetched(self, url: str) -> LinkPreview | None:
        """Raises DestinationUnreachable."""
        page = await (await self._outside()).get(url, _PAGES, PAGE_BYTES)
        if page.kind.startswith("image/"):
            return await self._alone(page)
        facts = facts_in(page.body, page.charset, page.url)
        if not facts.title:
            return None
        picture = await self._picture(facts.picture) if facts.picture else None
        return LinkPreview(facts.title, facts.description, facts.site, *self._where(facts.picture, picture))

    async def _alone(self, page: Fetched) -> LinkPreview | None:
        """The link leads to a picture."""
        picture = await self._picture(page.url) if len(page.url) <= URL_CHARS else None
        return LinkPreview("", "", "", *self._where(page.url, picture)) if picture else None

    # ---- pictures

    async def picture(self, signature: str, name: str) -> PreviewPicture | None:
        """See ports.Previews."""
        try:
            url = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode("ascii")
        except ValueError:  # of Base64, or of ASCII
            return None
        if not hmac.compare_digest(signature.encode(), self._signature(url).encode()):
            return None
        kept = self._pictures.get(url, self._clock())
        if kept is not None:
            return kept.value
        if self._waiting >= WAITING:
            return None
        self._waiting += 1
        try:
            async with self._slots:
                return await self._picture(url)
        finally:
            self._waiting -= 1

    async def _picture(self, url: str) -> PreviewPicture | None:
        from chover.notify.outside import DestinationUnreachable  # noqa: PLC0415 - see above

        now = self._clock()
        kept = self._pictures.get(url, now)
        if kept is not None:
            return kept.value
        try:
            fetched = await (await self._outside()).get(url, ("image/",), pictures.MOST_BYTES, whole=True)
            found = pictures.checked(fetched.body)
        except DestinationUnreachable as error:
            _log.info("a picture of a preview could not be fetched: %s", error)
            found = None
        size, seconds = (len(found.data), KEPT_SECONDS) if found else (1, FAILED_SECONDS)
        self._pictures.keep(url, found, until=now + seconds, size=size + len(url))
        return found

    def _where(self, url: str, picture: PreviewPicture | None) -> tuple[str, int, int]:
        if picture is None:
            return "", 0, 0
        name = base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
        return f"{PATH}/{self._signature(url)}/{name}", picture.width, picture.height

    def _signature(self, url: str) -> str:
        made = hmac.digest(self._key, url.encode(), "sha256")[:16]
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    # ---- for the operator

    def measures(self) -> list[Measure]:
        samples = [Sample(count, {"outcome": outcome}) for outcome, count in sorted(self._outcomes.items())]
        return [
            Measure(
                "previews_total", "counter", "Previews of links that were asked for, by what became of them.", samples
            ),
            single("previews_under_way", "gauge", "Pages that are being fetched for previews.", len(self._under_way)),
            single("previews_kept", "gauge", "Pages whose previews are kept.", len(self._pages)),
            single("preview_pictures_bytes", "gauge", "Pictures of previews that are kept.", self._pictures.size),
        ]

    async def close(self) -> None:
        """Give up what is being fetched."""
        for task in list(self._under_way.values()):
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
