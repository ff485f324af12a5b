"""What the import contracts of pyproject.toml cannot say: how the packages are cut, and what things are called."""

import ast
import collections
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "src"
MODULES = {
    ".".join(path.relative_to(SOURCES).with_suffix("").parts).removesuffix(".__init__"): path
    for path in SOURCES.rglob("*.py")
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}

MODULES_OF_A_PACKAGE = 20
MODULES_WITH_AN_ORDER = 5
"""A package of so many parts has its order written down, if its parts import each other."""
METHODS_OF_A_CLASS = 20
LINES_OF_A_FUNCTION = 50


def imports(name):
    """The modules that a module names, imports for typing included."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                target = full if full in MODULES else node.module
                if target in MODULES:
                    yield target


GRAPH = {name: set(imports(name)) - {name} for name in MODULES}


def reached_from(name):
    seen, waiting = set(), list(GRAPH[name])
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting.extend(GRAPH[module])
    return seen


def test_no_module_reaches_itself():
    assert [name for name in GRAPH if name in reached_from(name)] == []


def test_no_package_has_too_many_modules_at_one_level():
    counts = collections.Counter(path.parent for path in MODULES.values() if path.name != "__init__.py")

    assert {str(folder.relative_to(SOURCES)): n for folder, n in counts.items() if n > MODULES_OF_A_PACKAGE} == {}


def parts(package):
    """The modules and packages right under a package, each with those of its siblings that it imports."""
    dot, found = f"{package}.", collections.defaultdict(set)
    for name in MODULES:
        if name.startswith(dot):
            part = name.removeprefix(dot).partition(".")[0]
            others = {other.removeprefix(dot).partition(".")[0] for other in GRAPH[name] if other.startswith(dot)}
            found[part] |= others - {part}
    return found


def test_the_order_inside_a_package_is_written_down():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    ordered = {
        container
        for contract in settings["contracts"]
        if contract.get("exhaustive")
        for container in contract["containers"]
    }
    packages = [name for name, path in MODULES.items() if path.name == "__init__.py"]

    unordered = [
        name
        for name in packages
        if name not in ordered and len(parts(name)) >= MODULES_WITH_AN_ORDER and any(parts(name).values())
    ]
    assert unordered == []


def classes():
    for name, tree in TREES.items():
        yield from ((name, node) for node in tree.body if isinstance(node, ast.ClassDef))


def test_no_class_has_too_many_methods():
    counts = {
        f"{name}.{node.name}": sum(isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) for each in node.body)
        for name, node in classes()
    }

    assert {name: n for name, n in counts.items() if n > METHODS_OF_A_CLASS} == {}


def test_no_function_is_too_long():
    too_long = {}
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                docstring = ast.get_docstring(node, clean=False)
                lines = node.end_lineno - node.lineno - (docstring.count("\n") + 1 if docstring else 0)
                if lines > LINES_OF_A_FUNCTION:
                    too_long[f"{name}.{node.name}"] = lines

    assert too_long == {}


def test_no_class_name_stands_in_two_packages():
    places = collections.defaultdict(set)
    for name, node in classes():
        places[node.name].add(name.rpartition(".")[0])

    assert {name: sorted(packages) for name, packages in places.items() if len(packages) > 1} == {}


def glossary():
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    words = re.search(r"## Words\n(.*?)\n## ", page, re.DOTALL)
    assert words is not None
    return [word for row in re.findall(r"^\| ([^|]+) \|", words[1], re.MULTILINE) for word in row.split(", ")][1:]


def test_no_word_of_the_glossary_has_two_entries():
    counts = collections.Counter(word.strip("` ") for word in glossary())

    assert len(counts) > 15
    assert {word: n for word, n in counts.items() if n > 1} == {}


TEXTS = {
    str(path.relative_to(SOURCES)): path.read_text(encoding="utf-8").lower()
    for path in [*SOURCES.rglob("*.py"), *SOURCES.rglob("*.js")]
    if path.name != "emoji.js"
}
"""The sources, except the table of emoji: they are called by the names that Unicode gives them."""

INVENTED = (
    *("doorstep", "turnstile", "vigil", "farewell", "right of way", "rightofway", "hallway"),
    *("face", "faces", "keeper", "shelf", "shelves", "spoilt", "deed", "deeds", "account book"),
)
"""Words of docs/decisions/0010-words.md that mean nothing else in a chat."""


@pytest.mark.parametrize("word", INVENTED)
def test_no_invented_word_comes_back(word):
    assert [name for name, text in TEXTS.items() if re.search(rf"(?<![^\W_]){word}(?![^\W_])", text)] == []
