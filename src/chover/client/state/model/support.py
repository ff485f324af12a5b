"""What the server says about itself (005, https://modern.ircdocs.horse/#rplisupport-005)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class SupportChange(NamedTuple):
    """One letter of a MODE line."""

    sign: str
    letter: str
    value: str


TOKENS: Final = 1000
"""Tokens that are kept."""


FILEHOST: Final = "soju.im/FILEHOST"
"""The token with the address where files are uploaded and kept."""


class Support:
    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}

    def learn(self, words: list[str]) -> None:
        """Process the tokens of a line."""
        for word in words:
            token, _, value = word.partition("=")
            if token.startswith("-"):
                self._tokens.pop(token[1:], None)
            elif token in self._tokens or len(self._tokens) < TOKENS:
                self._tokens[token] = re.sub(r"\\x([0-9a-fA-F]{2})", lambda hit: chr(int(hit[1], 16)), value)

    def get(self, token: str, otherwise: str = "") -> str:
        return self._tokens.get(token, otherwise)

    def number(self, token: str, otherwise: int) -> int:
        value = self.get(token)
        return int(value) if value.isascii() and value.isdigit() else otherwise

    @property
    def files(self) -> str:
        """Where files are kept, as an absolute address; "" where none are."""
        return self.get(FILEHOST)

    @property
    def prefixes(self) -> str:
        """The prefixes of ranks, the highest first."""
        return self.get("PREFIX", "(ov)@+").partition(")")[2]

    def prefix_of(self, letter: str) -> str:
        letters, _, prefixes = self.get("PREFIX", "(ov)@+")[1:].partition(")")
        return dict(zip(letters, prefixes, strict=False)).get(letter, "")

    def modes(self, letters: str, values: list[str]) -> list[SupportChange]:
        """The changes of a MODE line, each with its sign and value."""
        lists, always, on_set, *_ = [*self.get("CHANMODES", "b,k,l,imnst").split(","), "", "", ""]
        rest, changes, sign = list(values), [], "+"
        for letter in letters:
            if letter in "+-":
                sign = letter
                continue
            takes = letter in lists + always or (letter in on_set and sign == "+") or self.prefix_of(letter)
            changes.append(SupportChange(sign, letter, rest.pop(0) if takes and rest else ""))
        return changes
