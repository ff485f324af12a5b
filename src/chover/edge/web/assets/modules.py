"""What a script imports and exports, found by the way our scripts are written: at the start of a line."""

from __future__ import annotations

import posixpath
import re
from typing import Final, NamedTuple

IMPORT: Final = re.compile(r'^import\s+(?:\{(?P<names>[^}]*)\}\s*from\s+)?"(?P<path>\.[^"]+)";', re.MULTILINE)
LAZY_IMPORT: Final = re.compile(r'\bimport\("(?P<path>\.[^"]+)"\)')
EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const)\s+(?P<name>[\w$]+))", re.MULTILINE)
NO_EXPORT: Final = re.compile(r"^export \{\};", re.MULTILINE)
_UNKNOWN: Final = re.compile(r"^(?:import|export)\b(?!\().*", re.MULTILINE)


class Module(NamedTuple):
    """A script with its path below the web client."""

    name: str
    text: str
    imports: tuple[tuple[str, tuple[str, ...]], ...]
    """The modules that it needs before it runs, in order, and the names that it takes from each."""
    exports: tuple[str, ...]


def read(name: str, text: str) -> Module:
    """Raise ``ValueError`` for a form of import or export that our scripts do not use."""
    rest = NO_EXPORT.sub("", EXPORT.sub("", IMPORT.sub("", text)))
    if unknown := _UNKNOWN.search(rest):
        raise ValueError(f"{name}: this form of import or export is not supported: {unknown[0]}")
    imports = tuple((resolved(name, each["path"]), taken(each["names"])) for each in IMPORT.finditer(text))
    return Module(name, text, imports, tuple(each["name"] for each in EXPORT.finditer(text)))


def resolved(name: str, path: str) -> str:
    """The path below the web client of what a module calls ``path``."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def taken(names: str | None) -> tuple[str, ...]:
    """The exported names in ``a, b as c``."""
    return tuple(each.split()[0] for each in (names or "").split(",") if each.strip())
