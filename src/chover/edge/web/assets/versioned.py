"""The web client as one version of it: what the page loads has an address that changes whenever any file does.

So a browser may keep all of it without asking again, and never mixes the files of two versions.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from chover.edge.web.assets.bundle import Bundle

INDEX: Final = "index.html"
WORKER: Final = "service-worker.js"
"""Its address is the same in all versions: a browser asks there for the next one."""
_ENTRY: Final = "app.js"
_STYLES: Final = "page.css"
_STYLE: Final = re.compile(r'\n *<link rel="stylesheet" href="(?P<path>[^"]+)">')
_SCRIPT: Final = re.compile(r'(?<=<script )(?P<kind>type="module" )?src="(?P<path>[^"]+)">')


class Version(NamedTuple):
    folder: str
    """Where its files are, below the page: ``v/0123456789/``."""
    page: str
    files: dict[str, str]
    """By their path in the folder."""


def made(texts: Mapping[str, str]) -> Version:
    """All scripts, styles and catalogues, and the page, by their paths below the web client."""
    folder = f"v/{_hash(texts)}/"
    scripts = {name: text for name, text in texts.items() if name.endswith(".js") and name != WORKER}
    bundle = Bundle(scripts, _ENTRY)
    page = texts[INDEX]
    linked = [each["path"] for each in _STYLE.finditer(page)]
    later = {name: bundle.later(name) for name in scripts if name not in bundle.names}
    styles = {name: text for name, text in texts.items() if name.endswith(".css") and name not in linked}
    up = "../" * folder.count("/")
    files = {
        _ENTRY: bundle.joined(),
        f"{_ENTRY}.map": bundle.source_map(up),
        _STYLES: "\n".join(texts[name] for name in linked),
        **later,
        **styles,
        **{name: text for name, text in texts.items() if name.endswith(".json")},
    }
    return Version(folder, _index(page, folder), files)


def _index(page: str, folder: str) -> str:
    """The page with one style sheet instead of those in it, and with the scripts of this version."""
    links = iter([f'\n    <link rel="stylesheet" href="{folder}{_STYLES}">'])
    found = _STYLE.sub(lambda _: next(links, ""), page)
    return _SCRIPT.sub(lambda each: f'{each["kind"] or ""}src="{folder}{each["path"]}">', found)


def _hash(texts: Mapping[str, str]) -> str:
    found = hashlib.blake2b(digest_size=5)
    for name, text in sorted(texts.items()):
        found.update(f"{name}\0{text}\0".encode())
    return found.hexdigest()
