"""How many steps a backtracking matcher takes: a time would say more about the machine than about the pattern.

Each look at a character is a step. The engines of Python and of browsers are faster in places, and take no other ways.
"""

import re
import re._constants as ops
import re._parser as parser
import sys
from collections.abc import Iterator
from typing import Any

MOST_DEPTH = 20_000


def steps(pattern: str, text: str, flags: int = re.ASCII) -> int:
    """The steps to find all matches of a pattern in a text, one after the other."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(MOST_DEPTH)
    try:
        matcher = _Matcher(text, flags)
        tree = list(parser.parse(pattern, flags))
        at = 0
        while at < len(text):
            at = max(next(matcher.ends(tree, at), at), at + 1)
        return matcher.steps
    finally:
        sys.setrecursionlimit(before)


class _Matcher:
    def __init__(self, text: str, flags: int) -> None:
        self.text, self.flags, self.steps = text, flags, 0

    def ends(self, items: Any, at: int) -> Iterator[int]:
        """Where these items can end if they begin there, in the order in which they are tried."""
        if not items:
            yield at
            return
        for end in self._one(items[0], at):
            yield from self.ends(items[1:], end)

    def _one(self, item: Any, at: int) -> Iterator[int]:
        kind, what = item
        if kind in {ops.LITERAL, ops.NOT_LITERAL, ops.IN, ops.ANY}:
            yield from self._character(kind, what, at)
        elif kind in {ops.MAX_REPEAT, ops.MIN_REPEAT}:
            yield from self._repeat(kind is ops.MAX_REPEAT, *what, at)
        elif kind is ops.BRANCH:
            for way in what[1]:
                yield from self.ends(list(way), at)
        elif kind is ops.SUBPATTERN:
            yield from self.ends(list(what[-1]), at)
        elif kind in {ops.ASSERT, ops.ASSERT_NOT}:
            if self._stands(*what, at) == (kind is ops.ASSERT):
                yield at
        elif kind is ops.AT:
            yield from self._place(what, at)
        else:
            raise NotImplementedError(kind)

    def _character(self, kind: Any, what: Any, at: int) -> Iterator[int]:
        self.steps += 1
        if at < len(self.text) and self._fits(kind, what, self.text[at]):
            yield at + 1

    def _fits(self, kind: Any, what: Any, char: str) -> bool:
        if kind is ops.ANY:
            return char != "\n" or bool(self.flags & re.DOTALL)
        if kind is not ops.IN:
            return (ord(char) == what) == (kind is ops.LITERAL)
        negated = what[0][0] is ops.NEGATE
        return any(_in_set(one, char) for one in what[negated:]) != negated

    def _repeat(self, greedy: bool, least: int, most: int, what: Any, at: int) -> Iterator[int]:
        if greedy and len(what) == 1 and what[0][0] in {ops.LITERAL, ops.NOT_LITERAL, ops.IN, ops.ANY}:
            yield from self._run(least, most, what[0], at)
            return
        if not greedy and least <= 0:
            yield at
        if most > 0:
            for end in self.ends(list(what), at):
                if end > at:
                    yield from self._repeat(greedy, least - 1, most - 1, what, end)
        if greedy and least <= 0:
            yield at

    def _run(self, least: int, most: int, item: Any, at: int) -> Iterator[int]:
        end = at
        while end - at < most and any(self._character(*item, end)):
            end += 1
        for place in range(end, at + least - 1, -1):
            self.steps += 1
            yield place

    def _stands(self, direction: int, what: Any, at: int) -> bool:
        if direction > 0:
            return next(self.ends(list(what), at), None) is not None
        # Both sides of a branch may be of different width only if each is a look behind of its own.
        start = at - what.getwidth()[0]
        return start >= 0 and any(end == at for end in self.ends(list(what), start))

    def _place(self, what: Any, at: int) -> Iterator[int]:
        self.steps += 1
        word = [0 <= place < len(self.text) and re.match(r"\w", self.text[place], self.flags) for place in (at - 1, at)]
        line = at == 0 or (bool(self.flags & re.MULTILINE) and self.text[at - 1] == "\n")
        places = {ops.AT_BEGINNING: line, ops.AT_BOUNDARY: bool(word[0]) != bool(word[1])}
        if places[what]:
            yield at


def _in_set(one: Any, char: str) -> bool:
    kind, what = one
    if kind is ops.LITERAL:
        return ord(char) == what
    if kind is ops.RANGE:
        return what[0] <= ord(char) <= what[1]
    category = {
        ops.CATEGORY_WORD: r"\w", ops.CATEGORY_DIGIT: r"\d", ops.CATEGORY_SPACE: r"\s",
        ops.CATEGORY_NOT_WORD: r"\W", ops.CATEGORY_NOT_DIGIT: r"\D", ops.CATEGORY_NOT_SPACE: r"\S",
    }[what]  # fmt: skip
    return bool(re.match(category, char, re.ASCII))
