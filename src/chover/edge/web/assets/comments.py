"""Removes comments from scripts and styles, a quarter of what a first visit would load."""

from __future__ import annotations

import itertools
from collections.abc import Iterator


def without_comments(text: str) -> str:
    """Blank every line that is only a comment, so that the other lines keep their numbers.

    Comments next to code stay. A line inside a template string must not look like a comment; tests/web/test_served.py
    checks this for all files with TypeScript's scanner.
    """
    return "\n".join(itertools.chain.from_iterable(_blocks(iter(text.split("\n")))))


def _blocks(lines: Iterator[str]) -> Iterator[list[str]]:
    for line in lines:
        start = line.lstrip()
        if start.startswith("//"):
            yield [""]
        elif start.startswith("/*"):
            block = [line, *_rest(lines)] if "*/" not in start else [line]
            yield [""] * len(block) if block[-1].rstrip().endswith("*/") else block
        else:
            yield [line]


def _rest(lines: Iterator[str]) -> Iterator[str]:
    """The lines of a block comment up to its end."""
    for line in lines:
        yield line
        if "*/" in line:
            return
