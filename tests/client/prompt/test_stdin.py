import asyncio
import io
import os
import sys

import pytest

from chover.client.prompt import stdin


@pytest.fixture
def pipe(monkeypatch):
    """The end that somebody writes to; the other is standard input."""
    theirs, ours = os.pipe()
    with os.fdopen(theirs) as given, os.fdopen(ours, "wb", buffering=0) as writer:
        monkeypatch.setattr(sys, "stdin", given)
        yield writer


async def all_lines():
    async with asyncio.timeout(10):
        return [line async for line in stdin.lines()]


async def test_lines_come_without_their_ends_and_the_last_needs_none(pipe):
    pipe.write("one\r\ntwo\n\ngrün".encode())
    pipe.close()
    assert await all_lines() == ["one", "two", "", "grün"]


async def test_a_line_is_there_as_soon_as_it_is_complete(pipe):
    lines = stdin.lines()
    pipe.write(b"one\ntw")
    async with asyncio.timeout(10):
        assert await anext(lines) == "one"
        pipe.write(b"o\n")
        assert await anext(lines) == "two"
        pipe.close()
        assert [line async for line in lines] == []


async def test_bytes_that_are_no_text_are_replaced(pipe):
    pipe.write(b"a\xffb\n")
    pipe.close()
    assert await all_lines() == ["a\ufffdb"]


async def test_a_line_without_an_end_is_taken_in_pieces(pipe, monkeypatch):
    monkeypatch.setattr(stdin, "LINE_CHARS", 4)
    pipe.write(b"123456789\n")
    pipe.close()
    assert "".join(await all_lines()) == "123456789"


async def test_an_input_without_a_descriptor_is_read_too(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\ntwo\n"))
    assert await all_lines() == ["one", "two"]


async def test_no_input_at_all_has_no_lines(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert await all_lines() == []
    assert not stdin.is_terminal()


def test_a_reader_who_stops_early_does_not_keep_the_loop(pipe):
    async def first():
        return await anext(stdin.lines())

    pipe.write(b"line\n" * 500)
    assert asyncio.run(first()) == "line"
