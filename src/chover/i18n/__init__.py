"""Texts in a person's language: ``_`` and ``ngettext`` translate, ``N_`` marks what is translated where it is shown.

A process has a language (``use``), and a task of it may have another (``speak``): one process draws the screens of many
callers. Texts without a translation are shown in English. See decision 14.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Final

from chover.i18n import catalogue

ENGLISH: Final = "en"
_NONE: Final = gettext.NullTranslations()
_everywhere: gettext.NullTranslations = _NONE
_here: ContextVar[gettext.NullTranslations | None] = ContextVar("language", default=None)


def _(text: str, /, **values: object) -> str:
    """The text in the current language, ``values`` in its places (``{name}``). They are never read as a format."""
    # The translation of "" is the catalogue's header.
    found = (_here.get() or _everywhere).gettext(text) if text else ""
    return found.format_map(values) if values else found


def ngettext(one: str, other: str, n: int, /, **values: object) -> str:
    """The form of a text that fits the number ``n``, which fills the place ``{n}``."""
    return (_here.get() or _everywhere).ngettext(one, other, n).format_map({"n": n, **values})


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


def use(language: str) -> None:
    """Speak a language in the whole process, except where ``speak`` says another."""
    global _everywhere  # noqa: PLW0603 - the language of a process is one value
    _everywhere = _translations(language)


def speak(language: str) -> None:
    """Speak a language in this task, and in what it starts from here on."""
    _here.set(_translations(language))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language inside the block."""
    token = _here.set(_translations(language))
    try:
        yield
    finally:
        _here.reset(token)
