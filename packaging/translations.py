"""Keeps the catalogues of src/chover/i18n in step with the sources.

``python packaging/translations.py`` collects the texts that are marked in the sources and enters them in every
catalogue; what no source says any more is removed. ``--check`` writes nothing: it shows how many texts each language
lacks and where they are said, and ends with 1 if a translation or a mark has a fault. ``--missing`` lists all of them.
"""

from __future__ import annotations

import ast
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from chover.client import tables

ROOT: Final = Path(__file__).parents[1]
SOURCES: Final = ROOT / "src/chover"
CATALOGUES: Final = SOURCES / "i18n"
MARKS: Final = {"_": 1, "N_": 1, "ngettext": 2}
"""What marks a text in Python, and how many of the arguments are texts."""
_CALL: Final = re.compile(r'\b(?P<name>t|tn|N_)\((?P<one>"(?:[^"\\]|\\.)*")(?:,\s*(?P<other>"(?:[^"\\]|\\.)*"))?')
"""How the page's scripts mark a text. Babel's own reader of JavaScript overlooks calls inside of others."""
WIDTH: Final = 120
_VALUE: Final = re.compile(r'": "([^"\\]+)"')
_PAIR: Final = re.compile(r'\["(?:[^"\\]|\\.)*", ("(?:[^"\\]|\\.)+")\]')
"""A form of a refusal, and what a person reads."""
_PLACE: Final = re.compile(r"\{(\w*)\}")
_WORD: Final = re.compile(r"\w")
_BRACE: Final = re.compile(r"[{}]")
_FILLING: Final = re.compile(r'^"(?:Project|Report|POT|PO-|Last|Language-Team|MIME|Generated)[^\n]*\n', re.MULTILINE)
"""Lines of the header that say nothing here."""


SHOWN: Final = 20
"""Texts of a language that the check names; ``--missing`` names all."""
HINT: Final = "  write them in src/chover/i18n/{language}.po after: make translations"

Marked = tuple[int, str | tuple[str, ...]]
"""The line of a text, and the text itself, or its forms for one and for more."""


class Fault(NamedTuple):
    language: str
    text: str
    what: str

    def __str__(self) -> str:
        return f"{self.language}: {self.what}: {self.text}"


def of_a_script(source: str) -> Iterator[Marked]:
    """What a script of the page marks."""
    for found in _CALL.finditer(source):
        one, other = json.loads(found["one"]), json.loads(found["other"] or '""')
        yield source.count("\n", 0, found.start()) + 1, (one, other) if found["name"] == "tn" else one


def of_a_module(source: str) -> Iterator[Marked]:
    """What a module of Python marks. A name or an expression there stands for a text that is marked elsewhere."""
    for call, given in _marks(source):
        texts = tuple(each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str))
        if len(texts) == len(given):
            yield call.lineno, texts if len(texts) > 1 else texts[0]


def _marks(source: str) -> Iterator[tuple[ast.Call, list[ast.expr]]]:
    """The calls that mark texts, and their arguments that are texts."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            yield node, node.args[: MARKS[node.func.id]]


def badly_marked(source: str) -> Iterator[int]:
    """The lines of texts that no catalogue can have, because they are another text each time: ``_(f"…")``."""
    for call, given in _marks(source):
        if any(isinstance(each, ast.JoinedStr | ast.BinOp) for each in given):
            yield call.lineno


def template() -> Catalog:
    """Every text that is marked in the sources, with the files that use it."""
    found = Catalog(fuzzy=False)
    for path in sorted([*SOURCES.rglob("*.py"), *SOURCES.glob("web/**/*.js")]):
        marked = of_a_script if path.suffix == ".js" else of_a_module
        for line, text in marked(path.read_text(encoding="utf-8")):
            found.add(text, locations=[(path.relative_to(ROOT).as_posix(), line)])
    for name, text in _of_tables():
        found.add(text, locations=[(f"src/chover/web/tables/{name}.js", 1)])
    return found


def _of_tables() -> Iterator[tuple[str, str]]:
    """What the tables say that are translated where they are shown: commands, answers, changes of modes, refusals."""
    for row in tables.load("commands", list[dict[str, Any]]):
        yield "commands", row["help"]
        yield from (("commands", reason) for reason in row.get("not", {}).values())
    answers = tables.load("answers", dict[str, dict[str, Any]])
    yield from (("answers", words) for words in answers["sentences"].values() if _WORD.search(_PLACE.sub("", words)))
    yield from (("answers", nothing) for _, nothing in answers["ends"].values())
    for words in _VALUE.findall((SOURCES / "web/tables/mode-words.js").read_text(encoding="utf-8")):
        yield "mode-words", words
    for words in _PAIR.findall((SOURCES / "web/tables/refusals.js").read_text(encoding="utf-8")):
        yield "refusals", json.loads(words)


def written(catalogue: Catalog) -> str:
    """As it stands in the file: in the order of the texts, without line numbers, so that changes stay small."""
    out = io.BytesIO()
    write_po(out, catalogue, width=WIDTH, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return _FILLING.sub("", out.getvalue().decode())


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def renew() -> None:
    """Enter what is new in every catalogue. A new text takes nothing over from one that is similar."""
    texts = template()
    for path in sorted(CATALOGUES.glob("*.po")):
        catalogue = read(path)
        catalogue.update(texts, no_fuzzy_matching=True, update_creation_date=False)
        path.write_text(written(catalogue), encoding="utf-8")


def missing(texts: Catalog, catalogue: Catalog) -> list[Message]:
    """The texts that a language does not have."""
    return [each for each in texts if each.id and not _done(catalogue.get(each.id))]


def said_in(message: Message) -> str:
    """A text, and where it is said first: ``src/chover/client/bell.py:42: …``."""
    file, line = message.locations[0]
    return f"{file}:{line}: {_english(message)}"


def _done(message: Message | None) -> bool:
    forms = () if message is None or message.fuzzy else message.string
    return bool(forms) and all(forms if isinstance(forms, tuple) else (forms,))


def _english(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple) else message.id)


def faults(language: str, catalogue: Catalog) -> Iterator[Fault]:
    """What would show a person a hole, or nothing at all."""
    for message in catalogue:
        if not message.id or not _done(message):
            continue
        counted = isinstance(message.id, tuple)
        forms = [str(form) for form in (message.string if isinstance(message.string, tuple) else (message.string,))]
        if counted and len(forms) != catalogue.num_plurals:
            yield Fault(language, _english(message), f"has {len(forms)} forms, not {catalogue.num_plurals}")
        # A form for one, or for two, may say the number in words.
        optional = {"n"} if counted else set()
        wanted = _places(str(message.id[-1] if counted else message.id)) - optional
        for form in forms:
            if _places(form) - optional != wanted:
                yield Fault(language, _english(message), f"has other places in '{form}'")


def _places(text: str) -> set[str]:
    """The names in braces; a brace without its other half is a place, too."""
    return {*_PLACE.findall(text), *_BRACE.findall(_PLACE.sub("", text))}


def check() -> int:
    """Show how many texts each language lacks; 1 if a translation or a mark has a fault."""
    texts = template()
    found = [
        Fault(f"{path.relative_to(ROOT)}:{line}", '_(f"…")', 'give what is filled in as a value, _("… {name}", name=…)')
        for path in sorted(SOURCES.rglob("*.py"))
        for line in badly_marked(path.read_text(encoding="utf-8"))
    ]
    for path in sorted(CATALOGUES.glob("*.po")):
        catalogue = read(path)
        found += faults(path.stem, catalogue)
        lacks = missing(texts, catalogue)
        print(f"translations: {path.stem} lacks {len(lacks)} of {len(texts)} texts")
        for each in lacks[:SHOWN]:
            print(f"  {said_in(each)}")
        if lacks:
            print(HINT.format(language=path.stem))
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        return check()
    if arguments == ["--missing"]:
        for path in sorted(CATALOGUES.glob("*.po")):
            print(*(f"{path.stem}: {said_in(each)}" for each in missing(template(), read(path))), sep="\n")
        return 0
    renew()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
