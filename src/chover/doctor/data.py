"""The data directory: its schema, leftovers, and who may read it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chover.admin.ask import NAME
from chover.bus.opening import inspect as inspect_bus
from chover.config.words import describe
from chover.doctor.finding import Finding, Patient, advice, failed, ok
from chover.plurals import counted
from chover.store.lock import holder, is_held
from chover.store.opening import inspect

SECRETS: Final = ("chover.db", "chover.db-wal", "search.db", "tls-key.pem", "ssh_host_ed25519_key", "last_backup.json")
OLD_SECONDS: Final = 86_400.0
"""No upload takes longer; an older one was left behind."""


def schema(patient: Patient) -> Iterator[Finding]:
    """Whether this version can open the database."""
    held = inspect(patient.config)
    remote = bool(patient.config.store.url)
    if held is None:
        place = "the database of store.url" if remote else patient.directory
        yield ok("schema", f"there is no data in {place} yet: the first start makes it")
    elif isinstance(held, str):
        save = f"chover recover --data {patient.directory} NEW_DIRECTORY saves what can be read"
        yield failed("schema", held, "then run this again" if remote else save)
    elif held.version > held.wanted:
        text = f"the data has schema {held.version}, made by a newer version; this one reads up to {held.wanted}"
        yield failed("schema", text, "install that version: pip install --upgrade chover")
    elif held.version < held.wanted:
        text = f"the data has schema {held.version}: the next start brings it to {held.wanted}"
        yield advice("schema", text, "make a copy of the data directory first")
    else:
        yield ok("schema", held.version)


def bus(patient: Patient) -> Iterator[Finding]:
    """Whether the wire between the nodes can be used."""
    if not patient.config.bus.url:
        yield ok("bus", "there is none, the server is alone (no bus.url)")
    elif trouble := inspect_bus(patient.config):
        yield failed("bus", trouble, "then run this again")
    else:
        yield ok("bus", "this server may send and listen there")


def leftovers(patient: Patient) -> Iterator[Finding]:
    """What a killed server or an interrupted upload has left."""
    if not patient.directory.exists():
        yield ok("leftovers", "there are none")
        return
    found = [*_held_in_silence(patient), *_left(patient)]
    yield from found or [ok("leftovers", "there are none")]


def _held_in_silence(patient: Patient) -> Iterator[Finding]:
    """A process has the directory locked and does not answer."""
    process = holder(patient.directory) if patient.status is None else ""
    if process:
        text = f"process {process} has {patient.directory} locked and does not answer"
        yield failed("leftovers", text, f"ps -fp {process} shows it: wait if it is starting, otherwise kill {process}")


def _left(patient: Patient) -> Iterator[Finding]:
    directory = patient.directory
    if patient.status is None and (directory / NAME).exists() and not is_held(directory):
        text = "a killed server has left its socket; the next start removes it"
        yield advice("leftovers", text, f"rm {directory / NAME}")
    drafts = [*directory.glob("*.new"), *directory.glob(".ssh_host_*"), *(directory / "files").glob(".arriving-*")]
    old = [path for path in drafts if patient.now - _changed(path) > OLD_SECONDS]
    if old:
        fix = "rm " + " ".join(shlex.quote(str(path)) for path in old[:10])
        yield advice("leftovers", f"{counted(len(old), 'file')} of uploads or starts that were interrupted", fix)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return float("inf")


def secrets(patient: Patient) -> Iterator[Finding]:
    """Nobody else may read the data, or passwords in the settings; all of it has one owner."""
    found = [*_readable(patient), *_foreign(patient), *_readable_settings(patient)]
    yield from found or [ok("secrets", "nobody else can read them")]


def _readable(patient: Patient) -> Iterator[Finding]:
    directory = patient.directory
    if directory.exists() and (mode := directory.stat().st_mode & 0o777) & 0o077:
        yield failed("secrets", f"others may look into {directory} (mode {mode:o})", f"chmod 700 {directory}")
    for path in (directory / name for name in SECRETS):
        if path.exists() and (mode := path.stat().st_mode & 0o777) & 0o077:
            yield failed("secrets", f"others may read {path} (mode {mode:o})", f"chmod 600 {path}")


def _foreign(patient: Patient) -> Iterator[Finding]:
    directory = patient.directory
    if not directory.exists():
        return
    owner = directory.stat().st_uid
    for path in sorted(directory.iterdir()):
        if path.lstat().st_uid != owner:
            text = f"{path} does not belong to the owner of {directory}"
            yield failed("secrets", text, f"chown -R --reference={directory} {directory}")
            return


def _readable_settings(patient: Patient) -> Iterator[Finding]:
    path = patient.config_file
    if not path.exists() or not path.stat().st_mode & 0o007:
        return
    secret = {row.key.replace("[]", "") for row in describe() if row.secret}
    if not secret.isdisjoint(_keys(path.read_text(encoding="utf-8", errors="replace"))):
        yield failed("secrets", f"everybody may read the passwords in {path}", f"chmod 640 {path}")


def _keys(text: str) -> Iterator[str]:
    """The dotted keys of a settings file, also of one that cannot be read as TOML."""
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line.strip("[] ")
        elif "=" in line and not line.startswith("#"):
            yield f"{section}.{line.split('=')[0].strip()}".removeprefix(".")
