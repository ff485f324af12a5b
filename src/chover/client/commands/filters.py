"""Commands that hide what somebody does not want to see."""

from __future__ import annotations

from typing import Final

from chover.client.commands.command import Run, keep_settings
from chover.client.frontend import Frontend
from chover.client.state.actions import CannotDo
from chover.client.state.model.filters import NoFilter, parse
from chover.i18n import _

EXPLAINED: Final = "/filter joins|nick bob*|text expression [in:#channel], /filter remove 1, /filter on|off"


def _filter(frontend: Frontend, rest: str) -> str | None:
    if not rest:
        frontend.choose(EXPLAINED, _rows(frontend))
        return None
    word, _space, more = rest.partition(" ")
    if rest in {"on", "off"}:
        frontend.settings.set("filter", "yes" if rest == "on" else "no")
        keep_settings(frontend)
        return _("The filters are on now.") if rest == "on" else _("The filters are off now.")
    return _remove(frontend, more.strip()) if word == "remove" else _add(frontend, rest)


def _rows(frontend: Frontend) -> list[tuple[str, str]]:
    """The filters by number; picking one removes it."""
    rows = [(f"{at}  {text}", f"/filter remove {at}") for at, text in enumerate(frontend.settings.filters, 1)]
    on = frontend.settings.on("filter")
    title = (
        _("The filters are on. Enter on one removes it.") if on else _("The filters are off. Enter on one removes it.")
    )
    return [(title, ""), *rows] if rows else []


def _add(frontend: Frontend, text: str) -> str:
    try:
        made = str(parse(text))
    except NoFilter as wrong:
        raise CannotDo(f"{wrong}.") from None
    if made in frontend.settings.filters:
        raise CannotDo(_("There is this filter already: {filter}.", filter=made))
    frontend.settings.filter([*frontend.settings.filters, made])
    keep_settings(frontend)
    return _("Hidden from now on: {filter}. /filter lists what is hidden.", filter=made)


def _remove(frontend: Frontend, number: str) -> str:
    rows = list(frontend.settings.filters)
    if not (number.isascii() and number.isdigit() and 0 < int(number) <= len(rows)):
        raise CannotDo(_("There is no filter of that number; /filter lists them."))
    gone = rows.pop(int(number) - 1)
    frontend.settings.filter(rows)
    keep_settings(frontend)
    return _("Shown again: {filter}.", filter=gone)


RUNS: Final[dict[str, Run]] = {"filter": _filter}
