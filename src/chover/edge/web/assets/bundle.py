"""Joins the scripts that a first visit needs in one file: each level of imports would cost the time of a round trip.

Each module becomes a block, which keeps its names to itself, in the order in which modules would run. Lines stay lines,
so the source map needs one entry for each. A script that is loaded later takes what it shares from the joined one.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from chover.edge.web.assets import source_map
from chover.edge.web.assets.modules import EXPORT, IMPORT, LAZY_IMPORT, NO_EXPORT, Module, read, resolved

_SHARED: Final = "$modules"
_WAITS: Final = re.compile(r"^(?!\s|.*\basync\b).*\bawait\b", re.MULTILINE)
"""``await`` at the top of a module."""


class Bundle:
    """The script ``entry`` with all that it imports. Raises ``ValueError`` for an import of what is not exported."""

    def __init__(self, scripts: Mapping[str, str], entry: str) -> None:
        self._modules = {name: read(name, text) for name, text in scripts.items()}
        self._entry = entry
        self.names: Final = tuple(self._in_order(entry, []))
        for module in self._modules.values():
            self._check(module)
        for name in self.names:
            if _WAITS.search(self._modules[name].text):
                raise ValueError(f"{name} waits before it has run: what is loaded later would wait for it for ever")

    def _in_order(self, name: str, above: list[str]) -> Iterator[str]:
        """Modules in the order in which they run, each once."""
        found: dict[str, None] = {}
        if name in above:
            raise ValueError(f"{name} imports itself by way of {above[-1]}")
        for needed, _ in self._modules[name].imports:
            found.update(dict.fromkeys(self._in_order(needed, [*above, name])))
        yield from found
        yield name

    def _check(self, module: Module) -> None:
        for needed, names in module.imports:
            if missing := set(names) - set(self._modules[needed].exports):
                raise ValueError(f"{module.name} imports {', '.join(sorted(missing))}, which {needed} does not export")

    def joined(self) -> str:
        """All of them in one script."""
        parts = [f"const {_SHARED} = {{}};", *map(self._block, self.names), f"export {{ {_SHARED} }};"]
        return "\n".join([*parts, f"//# sourceMappingURL={posixpath.basename(self._entry)}.map\n"])

    def source_map(self, root: str) -> str:
        """Says which line of which file each line is. ``root`` leads from the joined script to the files."""
        lines: list[tuple[int, int] | None] = [None]
        for at, name in enumerate(self.names):
            lines += [None, *((at, line) for line in range(self._modules[name].text.count("\n") + 1)), None]
        return source_map.made([f"{root}{name}" for name in self.names], lines)

    def _block(self, name: str) -> str:
        module = self._modules[name]
        text = NO_EXPORT.sub("", EXPORT.sub("", IMPORT.sub(self._from_shared(name), module.text)))
        shared = f"{_SHARED}[{json.dumps(name)}] = {{ {', '.join(module.exports)} }};"
        return f"{{\n{self._lazily(name, posixpath.dirname(self._entry), text)}\n{shared} }}"

    def later(self, name: str) -> str:
        """A script that is not among them, as it is loaded beside the joined one."""
        folder = posixpath.dirname(name)
        known = f'import {{ {_SHARED} }} from "{_relative(folder, self._entry)}";'
        first = iter([known])

        def taken(found: re.Match[str]) -> str:
            if resolved(name, found["path"]) not in self.names:
                return found[0]
            return next(first, "") + self._from_shared(name)(found)

        return self._lazily(name, folder, IMPORT.sub(taken, self._modules[name].text))

    def _from_shared(self, name: str) -> Callable[[re.Match[str]], str]:
        """Instead of an import: takes what it names from a module that has run. As many lines as before."""

        def taken(found: re.Match[str]) -> str:
            if found["names"] is None:
                return ""
            names = re.sub(r"\bas\b", ":", found["names"])
            return f"const {{{names}}} = {_SHARED}[{json.dumps(resolved(name, found['path']))}];"

        return taken

    def _lazily(self, name: str, folder: str, text: str) -> str:
        """Imports while it runs, as seen from the folder from which the text is served."""

        def put(found: re.Match[str]) -> str:
            needed = resolved(name, found["path"])
            if needed not in self.names:
                return f'import("{_relative(folder, needed)}")'
            entry = _relative(folder, self._entry)
            return f'import("{entry}").then(({{ {_SHARED} }}) => {_SHARED}[{json.dumps(needed)}])'

        return LAZY_IMPORT.sub(put, text)


def _relative(folder: str, path: str) -> str:
    found = posixpath.relpath(path, folder or ".")
    return found if found.startswith(".") else f"./{found}"
