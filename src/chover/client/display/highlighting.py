"""Cuts code into tokens, for colours. The web client does the same (web/highlighting.js).

tests/highlighting.json checks both. Pygments would know more languages, but the browser has none: the same block would
look different in the two clients, and importing its lexers costs more than this table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import msgspec

from chover.client.tables import load

COLOURED: Final = 8192
"""Characters of one block that are coloured; what follows stays plain."""


class Language(msgspec.Struct, frozen=True):
    """A row of web/tables/languages.js."""

    names: tuple[str, ...]
    word: str
    rules: tuple[tuple[str, str], ...]
    words: dict[str, str]
    caseless: bool = False


class Languages(msgspec.Struct, frozen=True):
    patterns: dict[str, str]
    languages: tuple[Language, ...]


class CodeToken(NamedTuple):
    kind: str
    """comment, string, keyword, number, name, added, removed or ""."""
    text: str


class _Grammar(NamedTuple):
    kinds: tuple[str, ...]
    pattern: re.Pattern[str]
    words: dict[str, str]
    caseless: bool

    def kind(self, match: re.Match[str]) -> str:
        rule = (match.lastindex or 0) - 1
        if rule < len(self.kinds):
            return self.kinds[rule]
        word = match[0].lower() if self.caseless else match[0]
        called = match.string[match.end() : match.end() + 1] == "("
        return self.words.get(word, "name" if called else "")


def code_tokens(code: str, language: str) -> list[CodeToken]:
    """The tokens of code, which together are the code. Of a language that is not known there is one."""
    grammar = _grammar(language.lower()) if language else None
    if grammar is None:
        return [CodeToken("", code)]
    found: list[CodeToken] = []
    text: list[str] = []
    kind = ""
    for token in (*_cut(code[:COLOURED], grammar), CodeToken("", code[COLOURED:])):
        if token.kind != kind and token.text:
            found += [CodeToken(kind, "".join(text))] if text else []
            kind, text = token.kind, []
        text += [token.text] if token.text else []
    return [*found, CodeToken(kind, "".join(text))]


def _cut(code: str, grammar: _Grammar) -> Iterator[CodeToken]:
    at = 0
    for match in grammar.pattern.finditer(code):
        yield CodeToken("", code[at : match.start()])
        yield CodeToken(grammar.kind(match), match[0])
        at = match.end()
    yield CodeToken("", code[at:])


@cache
def _table() -> Languages:
    return load("languages", Languages)


@cache
def _by_name() -> dict[str, Language]:
    return {name: language for language in _table().languages for name in language.names}


def _grammar(name: str) -> _Grammar | None:
    language = _by_name().get(name)
    return _compiled(language.names) if language else None


@cache
def _compiled(names: tuple[str, ...]) -> _Grammar:
    language, patterns = _by_name()[names[0]], _table().patterns
    every = [*(patterns[pattern] for _, pattern in language.rules), patterns[language.word]]
    return _Grammar(
        tuple(kind for kind, _ in language.rules),
        re.compile("|".join(f"({pattern})" for pattern in every), re.ASCII),
        {word: kind for kind, words in language.words.items() for word in words.split()},
        language.caseless,
    )
