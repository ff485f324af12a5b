"""The input line of every front end. It accepts no control characters; a tab becomes spaces."""

from __future__ import annotations

import re
from typing import Final

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.layout.processors import TabsProcessor

TAB: Final = 4
"""Columns from one tab stop to the next."""


def tabs() -> TabsProcessor:
    """Draws tabs as spaces; prompt_toolkit would write ^I."""
    return TabsProcessor(tabstop=TAB, char1=" ", char2=" ", style="")


# Complete sequences first, so that nothing like "[31m" is left of coloured text that is pasted.
_ESCAPES: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?")
_LINE_ENDS: Final = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_CONTROLS: Final = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])
del _CONTROLS[ord("\n")], _CONTROLS[ord("\t")]


def printable(text: str) -> str:
    """The text without control characters except line feeds and tabs; every line end becomes a line feed."""
    if text.isprintable():
        return text
    return _LINE_ENDS.sub("\n", _ESCAPES.sub("", text)).translate(_CONTROLS)


def keep_printable(buffer: Buffer) -> None:
    """Applies to all input: typed, pasted, quoted, from the history, from an editor."""

    def changed(buffer: Buffer) -> None:
        text = buffer.text
        clean = printable(text)
        if clean != text:
            buffer.document = Document(clean, len(printable(text[: buffer.cursor_position])))

    buffer.on_text_changed += changed
