"""Texts in a person's language: ``_`` and ``ngettext`` translate, ``N_`` marks what is translated where it is shown.

A process has a language, and so has each ``Speaker`` in it: one process draws the screens of many callers. ``use``
changes the one that is in force where it is called. Texts without a translation are shown in English. See decision 14.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Final

from chover.i18n import catalogue

ENGLISH: Final = "en"
_NONE: Final = gettext.NullTranslations()


class Speaker:
    """The language of a process, or of a session in it: of all tasks that begin while it is ``speaking``."""

    def __init__(self, language: str = ENGLISH) -> None:
        self.use(language)

    def use(self, language: str) -> None:
        """Speak a language from now on, wherever this is the speaker."""
        self.language, self.texts = language, _translations(language)

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Be the speaker inside the block, and in the tasks and callbacks that begin there."""
        token = _here.set(self)
        try:
            yield
        finally:
            _here.reset(token)


def _(text: str, /, **values: object) -> str:
    """The text in the current language, ``values`` in its places (``{name}``). They are never read as a format."""
    # The translation of "" is the catalogue's header.
    found = _here.get().texts.gettext(text) if text else ""
    return found.format_map(values) if values else found


def ngettext(one: str, other: str, n: int, /, **values: object) -> str:
    """The form of a text that fits the number ``n``, which fills the place ``{n}``."""
    return _here.get().texts.ngettext(one, other, n).format_map({"n": n, **values})


def N_(text: str, /) -> str:  # noqa: N802 - the name that gettext gives it
    """Mark a text of a table for translation; whoever shows it calls ``_`` with it."""
    return text


@cache
def languages() -> tuple[str, ...]:
    """English, and the languages that have a catalogue, by their codes (ISO 639)."""
    found = (each.name for each in files(__package__).iterdir() if each.name.endswith(".po"))
    return (ENGLISH, *sorted(name.removesuffix(".po") for name in found))


@cache
def entries(language: str) -> tuple[catalogue.Translation, ...]:
    """What is translated into a language that has a catalogue. Takes some 10 ms at the first call."""
    return tuple(catalogue.read(files(__package__).joinpath(f"{language}.po").read_text(encoding="utf-8")))


@cache
def _translations(language: str) -> gettext.NullTranslations:
    if language == ENGLISH:
        return _NONE
    return gettext.GNUTranslations(io.BytesIO(catalogue.compiled(entries(language))))


def known(*wishes: str) -> str:
    """The first of some languages that there is, written as ``de``, ``de-AT`` or ``de_DE.UTF-8``; otherwise English."""
    codes = (wish.replace("_", "-").partition("-")[0].partition(".")[0].lower() for wish in wishes)
    return next((code for code in codes if code in languages()), ENGLISH)


def of_environment(variables: Mapping[str, str]) -> str:
    """The language that the environment asks for, by the first of its variables that is set (POSIX, 8.2)."""
    wish = next((variables[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if variables.get(name)), ENGLISH)
    return known(wish)


_here: Final[ContextVar[Speaker]] = ContextVar("speaker", default=Speaker())  # noqa: B039 - shared on purpose


def language() -> str:
    """The language that is spoken here."""
    return _here.get().language


def use(language: str) -> None:
    """Speak a language from now on: in the session whose task this is, otherwise in the whole process."""
    _here.get().use(language)


def speaking(language: str) -> AbstractContextManager[None]:
    """Speak a language inside the block."""
    return Speaker(language).speaking()
