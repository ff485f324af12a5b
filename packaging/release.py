"""Builds what a release consists of, checks it, and says what to upload. Run it by ``make release``.

``python packaging/release.py [DIRECTORY] [--no-pyz]``: everything goes to DIRECTORY, ``dist`` by default, which must be
new or empty. The exit status is 1 when a check has failed; the line says which.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
NEEDED: Final = (
    "chover/client/api.py",
    "chover/store/sqlite/schema.sql",
    "chover/store/sqlite/upgrades/env.py",
    "chover/archive/page.html",
    "chover/web/index.html",
    "chover/web/tables/commands.js",
)
"""Files of the wheel that are easily forgotten: nothing imports them."""
_BEGINNING_OF_ZIP: Final = 315532800
"""A zip file knows no time before 1980."""


class ReleaseError(Exception):
    """A release that must not be uploaded; the text says why."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make release", description="Build and check a release.")
    parser.add_argument("directory", nargs="?", type=Path, default=ROOT / "dist")
    parser.add_argument("--no-pyz", action="store_true", help="leave out the one file for people without pip")
    options = parser.parse_args(arguments)
    try:
        files = release(options.directory, pyz=not options.no_pyz)
    except ReleaseError as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    print("\n".join(_told(files)))
    return 0


def release(directory: Path, *, pyz: bool) -> list[Path]:
    """Build everything into ``directory``; the files, the wheel first. Raises ReleaseError."""
    if directory.exists() and any(directory.iterdir()):
        raise ReleaseError(f"{directory} is not empty: name a new directory, or remove what is there")
    directory.mkdir(parents=True, exist_ok=True)
    when = {"SOURCE_DATE_EPOCH": str(_time_of_commit())}
    wheel, sdist = _built(directory, when)
    _require_same_again([wheel, sdist], when)
    _require_complete(wheel, sdist)
    _run("checking what the package index will show", ["twine", "check", "--strict", wheel, sdist])
    _run("checking the wheel", ["check_wheel_contents", wheel])
    files = [wheel, sdist, _manual(directory)]
    if pyz:
        files.append(_one_file(directory, wheel, when))
    files.append(_checksums(directory, files))
    return files


def _time_of_commit() -> int:
    """Seconds since 1970: that of the newest commit, or where there is no git, of the newest source."""
    asked = subprocess.run(
        ["git", "-C", ROOT, "log", "-1", "--format=%ct"], capture_output=True, text=True, check=False
    )
    if asked.returncode == 0:
        return int(asked.stdout)
    return max(_BEGINNING_OF_ZIP, *(int(path.stat().st_mtime) for path in (ROOT / "src").rglob("*.py")))


def _built(directory: Path, when: Mapping[str, str]) -> tuple[Path, Path]:
    """The wheel, made of the sdist, and the sdist."""
    _run("building the sdist, and the wheel of it", ["build", "--no-isolation", "--outdir", directory, ROOT], when)
    return next(directory.glob("*.whl")), next(directory.glob("*.tar.gz"))


def _require_same_again(files: Iterable[Path], when: Mapping[str, str]) -> None:
    """Raises ReleaseError where a second build of the same commit differs by a byte."""
    with tempfile.TemporaryDirectory() as again:
        _built(Path(again), when)
        for file in files:
            if _digest(file) != _digest(Path(again, file.name)):
                raise ReleaseError(f"{file.name} is not reproducible: two builds of one commit differ")


def _require_complete(wheel: Path, sdist: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    if missing := [name for name in NEEDED if name not in inside]:
        raise ReleaseError(f"{wheel.name} lacks {', '.join(missing)}")
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    beside = {"chatOverSockets.py", "requirements.txt", "README.md", "LICENSE", "NOTICE.md"}
    tracked = {f"src/{name}" for name in NEEDED} | beside
    if missing := sorted(tracked - inside):
        raise ReleaseError(f"{sdist.name} lacks {', '.join(missing)}")


def _manual(directory: Path) -> Path:
    page = directory / "chover.1"
    page.write_text(_run("printing the manual page", ["chover", "manual"]), encoding="utf-8")
    return page


def _one_file(directory: Path, wheel: Path, when: Mapping[str, str]) -> Path:
    """A program with all that it needs in one file, for a Python of this version on a machine of this kind."""
    system = f"{sys.platform}-{os.uname().machine}-py3{sys.version_info.minor}"
    program = directory / f"chover-{system}.pyz"
    _run(
        "packing the one file",
        ["shiv", "--reproducible", "--compressed", "--extend-pythonpath", "--console-script", "chover",
         "--python", "/usr/bin/env python3", "--output-file", program, wheel],
        when,
    )  # fmt: skip
    return program


def _checksums(directory: Path, files: Iterable[Path]) -> Path:
    sums = directory / "SHA256SUMS"
    sums.write_text("".join(f"{_digest(file)}  {file.name}\n" for file in files), encoding="utf-8")
    return sums


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _run(doing: str, module: list[str | Path], environment: Mapping[str, str] | None = None) -> str:
    """The output of a Python module that does a step. Raises ReleaseError with its last words."""
    print(f"{doing} ...", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", *map(str, module)],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise ReleaseError(f"{doing} failed (python -m {module[0]}):\n{words}")
    return done.stdout


def _told(files: list[Path]) -> list[str]:
    wheel, sdist, *_ = files
    sizes = [f"  {file.stat().st_size / 1e6:6.2f} MB  {file}" for file in files]
    return [
        "",
        "Everything is built and checked:",
        *sizes,
        "",
        "What is left to do:",
        f"  git tag -s v{wheel.name.split('-')[1]} && git push --tags",
        f"  python -m twine upload {wheel} {sdist}",
        "  attach the other files to the release on the project's page, chatOverSockets.py and requirements.txt too",
    ]


if __name__ == "__main__":
    sys.exit(main())
