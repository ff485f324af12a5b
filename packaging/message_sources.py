"""Finds every refusal, error and warning in the sources of the server and the terminal client, for docs/messages.md.

A message is what is given to something that tells people: an exception, the numeric of an error, a FAIL line, the log
of a warning. Names and functions are followed to the texts that they stand for, and reasons that fill a place in a
message are found, too. What is filled in when it is said is shown as ``…``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from chover.wire.numerics import Err

SOURCES: Final = Path(__file__).parents[1] / "src/chover"
FILLED: Final = "…"
DEPTH: Final = 4
"""How many names and functions are followed, one after the other."""

LOGGED: Final = frozenset({"warning", "error", "exception", "critical"})
TOLD: Final = frozenset({
    *("Failed", "Refused", "NumericLine", "FailLine", "fail", "_fail", "invalid", "_invalid", "end", "_end"),
    *("disconnect", "failed", "advice", "explaining", "wrong", "damaged", "too_new", "_complain", "warn"),
    *("_put_out", "_end_sessions", "_still_waiting"),
})  # fmt: skip
"""Functions and rows of tables whose texts are refusals or errors wherever they stand."""
SAID: Final = {
    "server/services/": frozenset({"_say", "say", "_revoked"}),
    "client/": frozenset({"tell", "_say", "note", "write", "append"}),
    "bus/": frozenset({"_tell"}),
    "edge/web/": frozenset({"plain"}),
}
"""Functions that say all kinds of things in a package; a refusal is known by its words."""
TRANSLATED: Final = frozenset({"_", "N_", "ngettext"})
"""What stands around a text that is translated (src/chover/i18n); what fills its places may be texts, too."""
NEGATIVE: Final = re.compile(
    r"\b(not|no(?! longer)|nobody|nothing|cannot|unknown|lost|needs|bug|too|refused)\b|names nobody", re.IGNORECASE
)
MADE_BY: Final = {
    "edge/protocols": ("_tls_alert", "_ssh_disconnect", "_http2_goaway", "_http_501", "_no_proxy", "_tls_only"),
    "edge/rejection": ("said_nothing",),
    "serve/condition": ("_disk", "_certificate", "_backup_age", "_logged"),
    "serve/open_files": ("shortage",),
    "server/pipeline/health": ("ailment",),
}
"""Functions whose results are messages, although no exception and no log shows it."""
BUILT_IN: Final = frozenset({"ValueError", "OSError", "FileExistsError"})
INTERNAL: Final = frozenset({"_WrongAnswer", "_SwitchedOff", "CannotAsk", "NoHeader", "Malformed", "NoCatalogue"})
"""Exceptions whose texts are details inside another message or in a debug line."""
ASIDES: Final = frozenset({"for good", "by the operator", "under an unknown name", "this machine", "not shown"})
"""Texts that fill places and are no reason."""


class Found(NamedTuple):
    """``module`` is the path below src/chover without its ending, ``code`` a numeric or the code of a FAIL line."""

    module: str
    text: str
    code: str = ""
    logged: bool = False


def everything(root: Path = SOURCES) -> Iterator[Found]:
    """Every message, in the order of the files."""
    modules = {_name(path, root): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(root.rglob("*.py"))}
    errors = (_exceptions(modules.values()) | BUILT_IN) - INTERNAL
    for name in modules:
        yield from _Module(name, modules, errors).messages()


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).with_suffix("").as_posix().removesuffix("/__init__")


def _exceptions(trees: Iterable[ast.Module]) -> set[str]:
    """The names of the program's own classes of exceptions."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    known = {"Exception", "ValueError", "OSError", "ConnectionError", "RuntimeError"}
    while more := {each.name for each in classes if {_last(base) for base in each.bases} & known} - known:
        known |= more
    return known & {each.name for each in classes}


def _last(node: ast.AST) -> str:
    """``c`` of ``a.b.c``."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


Function = ast.FunctionDef | ast.AsyncFunctionDef


class _Module:
    """One module, and the others that it takes names from."""

    def __init__(self, name: str, modules: dict[str, ast.Module], errors: set[str]) -> None:
        self._name = name
        self._tree = modules[name]
        self._modules = modules
        self._errors = errors
        self._imported = {
            alias.asname or alias.name: (_path(node.module), alias.name)
            for node in ast.walk(self._tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    def messages(self) -> Iterator[Found]:
        for function, call in _calls(self._tree, None):
            logged = _last(call.func) in LOGGED
            if logged or self._tells(call):
                # What a finding of the doctor advises is shown below it.
                most = 2 if _last(call.func) in {"advice", "failed"} else None
                given = [*call.args[:most], *(row.value for row in call.keywords)]
                found = [text for each in given for text in self._texts(each, function, DEPTH)]
                if self._only_refusals(call):
                    found = list(filter(NEGATIVE.search, found))
                yield from (Found(self._name, clean(text), _code(call), logged) for text in found if is_message(text))
        for made in ast.walk(self._tree):
            if isinstance(made, Function) and made.name in MADE_BY.get(self._name, ()):
                yield from (Found(self._name, clean(text)) for text in _written(made) if is_message(text))

    def _tells(self, call: ast.Call) -> bool:
        name = _last(call.func)
        error = name == "__init__" and ast.unparse(call.func).startswith("super()")
        numeric = name == "reply" and bool(call.args) and ast.unparse(call.args[0]).startswith("Err.")
        return name in TOLD or name in self._errors or numeric or error or self._only_refusals(call)

    def _only_refusals(self, call: ast.Call) -> bool:
        return any(_last(call.func) in names for start, names in SAID.items() if f"{self._name}/".startswith(start))

    # ---- from an expression to the texts that it can be -----------------------------------------------------------

    def _texts(self, node: ast.expr | None, function: Function | None, depth: int) -> Iterator[str]:
        """The texts themselves, and those that fill places in them."""
        if node is None or depth < 0:
            return
        text = literal(node)
        if text is not None:
            yield text
        for part in _parts(node):
            yield from self._texts(part, function, depth)
        if isinstance(node, ast.Name | ast.Attribute):
            yield from self.of_name(node, function, depth - 1)
        elif isinstance(node, ast.Call):
            yield from self.of_call(node, function, depth - 1)

    def of_name(self, node: ast.Name | ast.Attribute, function: Function | None, depth: int) -> Iterator[str]:
        name = _last(node)
        for scope in (function, self._tree):
            values = list(_assigned(scope, name)) if scope is not None else []
            for value in values:
                yield from self._texts(value, function, depth)
            if values:
                return
        there, name = self._there(node)
        if there is not None:
            yield from there.of_name(ast.Name(name), None, depth)

    def of_call(self, call: ast.Call, function: Function | None, depth: int) -> Iterator[str]:
        name = _last(call.func)
        if name in TRANSLATED:
            for part in (*call.args[:2], *(row.value for row in call.keywords)):
                yield from self._texts(part, function, depth + 1)
            return
        if isinstance(call.func, ast.Attribute) and name in {"get", "format"}:
            # A table of texts with another for the rest, or a text with places.
            for part in (call.func.value, *call.args[1:]):
                yield from self._texts(part, function, depth)
            return
        made = next((row for row in ast.walk(self._tree) if isinstance(row, Function) and row.name == name), None)
        if made is not None:
            for node in ast.walk(made):
                if isinstance(node, ast.Return):
                    yield from self._texts(node.value, made, depth)
            return
        there, name = self._there(call.func)
        if there is not None:
            yield from there.of_call(ast.Call(ast.Name(name), [], []), None, depth)

    def _there(self, node: ast.expr) -> tuple[_Module | None, str]:
        """The module of the program that a name comes from, and its name there."""
        if isinstance(node, ast.Attribute):
            package, module = self._imported.get(_last(node.value), ("", ""))
            path, name = f"{package}/{module}".strip("/"), node.attr
        else:
            path, name = self._imported.get(_last(node), ("", ""))
        known = path in self._modules and path != self._name
        return (_Module(path, self._modules, self._errors) if known else None), name


def _path(module: str | None) -> str:
    return (module or "").removeprefix("chover").strip(".").replace(".", "/")


def _calls(node: ast.AST, function: Function | None) -> Iterator[tuple[Function | None, ast.Call]]:
    """All calls, each with the function that it is in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield function, child
        yield from _calls(child, child if isinstance(child, Function) else function)


def _assigned(scope: ast.AST, name: str) -> Iterator[ast.expr]:
    """What a name is given in a function, or at the top of a module."""
    for node in scope.body if isinstance(scope, ast.Module) else ast.walk(scope):
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        if (
            isinstance(node, ast.Assign | ast.AnnAssign)
            and node.value
            and any(name in _names(each) for each in targets)
        ):
            yield node.value


def _names(target: ast.expr) -> set[str]:
    """The names that an assignment to ``target`` gives a value."""
    return {_last(each) for each in (target.elts if isinstance(target, ast.Tuple) else [target])}


def _written(node: ast.AST) -> Iterator[str]:
    """The texts in a function, without its docstring and the pieces of a text with places; a head of HTTP is none."""
    for child in ast.iter_child_nodes(node):
        text = literal(child)
        if text is not None:
            yield "" if text.startswith("HTTP/") else text
        elif not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield from _written(child)


def _parts(node: ast.expr) -> list[ast.expr]:
    """The expressions whose texts an expression takes over."""
    match node:
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.BinOp():
            return [node.left, node.right]
        case ast.JoinedStr():
            return [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        case ast.BoolOp() | ast.Dict():
            return node.values
        case ast.Tuple() | ast.List():
            return node.elts
        case ast.Subscript():
            return [node.value]
        case _:
            return []


def literal(node: ast.AST) -> str | None:
    """The text that is written there, with ``…`` for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        return node.value if isinstance(node.value, str) else node.value.decode("latin-1")
    if isinstance(node, ast.JoinedStr):
        return "".join(literal(part) or FILLED for part in node.values)
    return None


def _code(call: ast.Call) -> str:
    """The numeric, or the code of the FAIL line, that comes with the text."""
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Attribute) and _last(first.value) == "Err":
        return Err[first.attr].value
    words = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return next((word for word in words if re.fullmatch(r"[A-Z]+_[A-Z_]+", word)), "")


def is_message(text: str) -> bool:
    """Whether a text says something: a sentence of its own, or a reason that another has a place for."""
    shown = clean(text)
    words = re.findall(r"[A-Za-z][\w.'-]*", shown.replace(FILLED, " "))
    least = 2 if shown[:1].isupper() or shown.startswith(FILLED) else 3
    return len(words) >= least and " " in shown and shown not in ASIDES and "%(" not in shown


def clean(text: str) -> str:
    """One line of it, with ``…`` for what a line of the log or of a table fills in."""
    text = re.sub(r"%[sdrg]|%\.\d+f|\{\w*\}", FILLED, text)
    return " ".join(re.sub(rf"{FILLED}(?:[\x02\x1d]*{FILLED})+", FILLED, text).split())
