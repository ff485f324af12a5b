"""Makes the repository's own pages part of the site, and their links work there (a hook of mkdocs, see mkdocs.yml).

README.md becomes the first page, ARCHITECTURE.md and its kin go below ``project``, and files that people take from the
repository go below ``repository``. A link to any other file of the repository is shown as text, since that names
it; one to a file that does not exist fails the build.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from typing import Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = {
    path.name: "index.md" if path.name == "README.md" else f"project/{path.name}" for path in sorted(ROOT.glob("*.md"))
}
TAKEN: Final = ("packaging", "examples")
"""Folders of files that people take from the repository."""
_LINK: Final = re.compile(r"(?P<image>!?)\[(?P<text>[^\[\]]*)\]\((?P<target>[^()\s#:]+)(?P<anchor>#[^()\s]*)?\)")
_BLOCK: Final = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)
_KIND: Final = re.compile(r"^```(\S+) .*$", re.MULTILINE)
"""The first line of a block whose kind has more than one word; tests read the others (tests/guide)."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are not below docs, and the files that are linked."""
    for name, uri in PAGES.items():
        files.append(File.generated(config, uri, content=(ROOT / name).read_text(encoding="utf-8")))
    for folder in TAKEN:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                uri = f"repository/{path.relative_to(ROOT).as_posix()}"
                files.append(File.generated(config, uri, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The page with links as the site needs them."""
    del config
    uri = page.file.src_uri
    return "".join(
        _KIND.sub(r"```\1", part) if part.startswith("```") else _LINK.sub(lambda link: _linked(link, uri, files), part)
        for part in _BLOCK.split(markdown)
    )


def _linked(link: re.Match[str], uri: str, files: Files) -> str:
    source = _in_repository(uri)
    target = PurePosixPath(os.path.normpath(source.parent / link["target"]))
    if not (ROOT / target).exists():
        raise PluginError(f"{source} links to {link['target']}, which does not exist")
    there = _in_site(target)
    if files.get_file_from_path(there) is None:
        return link["text"]
    relative = os.path.relpath(there, PurePosixPath(uri).parent)
    return f"{link['image']}[{link['text']}]({relative}{link['anchor'] or ''})"


def _in_repository(uri: str) -> PurePosixPath:
    """Where a page of the site is kept."""
    kept = {there: name for name, there in PAGES.items()}
    return PurePosixPath(kept.get(uri, f"docs/{uri}"))


def _in_site(path: PurePosixPath) -> str:
    """Where a file of the repository is in the site, if it is there."""
    if str(path) in PAGES:
        return PAGES[str(path)]
    if path.parts[:1] == ("docs",):
        inside = path.relative_to("docs")
        return str(inside if inside.suffix else inside / "README.md")
    return f"repository/{path}"
