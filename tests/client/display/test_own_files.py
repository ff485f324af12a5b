"""Files of our own server in a message, their cards, and the first link that leads elsewhere."""

import json
from pathlib import Path

import pytest

from chover.client.display.markup import blocks
from chover.client.display.message import spans_of
from chover.client.display.own_files import MOST, OwnFile, about, first_link, in_units, own_files, without_end
from chover.client.display.text import Clean

CASES = json.loads((Path(__file__).parents[2] / "own_files.json").read_text())
FILES = "https://chat.test/files"
ID = "A" * 22


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_files_are_found_and_their_addresses_go(case):
    found = own_files(case["text"], FILES)
    facts = [file._asdict() for file in found]
    assert [{name: file[name] for name in ("name", "kind", "width", "height", "size")} for file in facts] == case[
        "files"
    ]
    left = without_end(blocks(case["text"]), found)
    assert "\n".join("".join(span.text for span in spans_of(block.pieces)) for block in left) == case["left"]


def test_a_server_without_files_has_none():
    assert own_files(f"{FILES}/{ID}/tea.png", "") == ()


@pytest.mark.parametrize(
    ("home", "said"),
    [
        ("https://chat.test:55555/files", "http://chat.test:55555/files"),
        ("https://localhost:55555/files", "http://127.0.0.1:55555/files"),
        ("http://localhost:55555/files", "https://[::1]:55555/files"),
    ],
)
def test_a_file_that_a_browser_has_sent_without_tls_is_a_file_here_too(home, said):
    text = f"look: {said}/{ID}/tea.png#640x480"
    (found,) = own_files(text, home)
    # It is loaded the way in which this program is connected.
    assert (found.name, found.href) == ("tea.png", f"{home}/{ID}/tea.png#640x480")
    assert without_end(blocks(text), [found]) == blocks("look:")
    assert first_link(text, (home,)) == ""


@pytest.mark.parametrize(
    "said",
    [
        "https://chat.test:55556/files",
        "https://chat.test.evil:55555/files",
        "https://me@chat.test:55555/files",
        "https://127.0.0.1:55555/files",
        "https://chat.test:55555/other",
    ],
)
def test_a_file_of_another_server_is_none_of_ours(said):
    assert own_files(f"{said}/{ID}/tea.png", "https://chat.test:55555/files") == ()


def test_only_some_files_of_a_message_are_shown():
    text = " ".join(f"{FILES}/{ID}/{number}.png" for number in range(3 * MOST))
    found = own_files(text, FILES)
    assert len(found) == MOST
    assert without_end(blocks(text), found) != []


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (OwnFile("", Clean("tea.png"), "picture", 640, 480), "PNG picture, 640 × 480"),
        (OwnFile("", Clean("tea.png"), "picture"), "PNG picture"),
        (OwnFile("", Clean("huge.png"), "file", 30000, 30000), "PNG, 30000 × 30000, too large to show"),
        (OwnFile("", Clean("report.pdf"), "file", size=1_234_567), "PDF, 1.2 MB"),
        (OwnFile("", Clean("song.ogg"), "audio", size=12_300_000), "OGG sound, 12 MB"),
        (OwnFile("", Clean("Makefile"), "file", size=999), "file, 999 bytes"),
    ],
)
def test_what_a_file_is_in_a_few_words(file, words):
    assert about(file) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1000, "1.0 kB"), (9_949, "9.9 kB"), (10_000, "10 kB"), (5 * 10**13, "50000 GB")],
)
def test_sizes_in_words(size, words):
    assert in_units(size) == words


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("none", ""),
        ("see https://a.test/x and https://b.test/y", "https://a.test/x"),
        (f"{FILES}/{ID}/tea.png then https://b.test", "https://b.test"),
        ("||https://a.test|| https://b.test", "https://b.test"),
        ("[a page](https://a.test/x)", "https://a.test/x"),
        ("`https://a.test`", ""),
    ],
)
def test_the_first_link_that_leads_elsewhere(text, link):
    assert first_link(text, (FILES, "")) == link
