"""What can be checked of the English in docstrings, comments, messages and pages."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROGRAM = sorted((ROOT / "src").rglob("*.py"))
PYTHON = [*PROGRAM, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "benchmarks").rglob("*.py"))]
SCRIPTS = sorted((ROOT / "src").rglob("*.js"))
PAGES = [
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]

INVERTED = re.compile(r"(?:\A|[.!?]\s+|\n\s*\n\s*)((?:Who|Whoever|Whom)\s[^.!?]*(?:[.!?]|\Z))")
"""A sentence that begins with a relative clause: "Who sends too fast …". As a question it is right."""
COUNTED = re.compile(
    r"\A (?:more |old |other )?"
    r"(?:accounts|bans|channels|connections|days|devices|entries|errors|events|files|hooks|hours|invitations|lines"
    r"|links|members|messages|minutes|reports|seconds|sessions|tokens|uploads|users)\b"
)
"""Behind a number that may be 1: ``plurals.counted`` says "1 file"."""
PLACE = re.compile(r"\{\w+\}")
NEVER_ONE = {
    "src/chover/client/screen/frame.py": "lines and messages of a draft are named from two on",
    "src/chover/client/local/programs.py": "a command may run for 30 s, but in tests",
    "src/chover/client/script.py": "the patience is 30 s, but in tests",
    "src/chover/client/scripting.py": "1.0 seconds is a plural, too",
    "src/chover/client/state/preferences.py": "a server keeps more than one pin of a conversation",
    "src/chover/doctor/machine.py": "no process runs with one open file",
    "src/chover/edge/rejection.py": "the limit is 60 s, but in tests",
    "src/chover/notify/outgoing.py": "a hook is given up after 24 hours",
    "src/chover/serve/open_files.py": "no process runs with one open file",
    "src/chover/server/commands/administration/bans.py": "the form of RPL_STATSUPTIME, which clients know",
    "src/chover/server/info/greeting.py": "the form of RPL_LUSERCLIENT, which clients know",
    "src/chover/server/pipeline/event_clock.py": "a jump ahead is believed after 24 hours",
    "src/chover/server/services/nickserv.py": "an offered export can be fetched for ten minutes",
    "src/chover/server/session/keepalive.py": "a reason that clients know from other servers",
}
"""Modules with a number that is never 1, or that stands in a fixed form."""


def sentences(text):
    return [" ".join(found.split()) for found in INVERTED.findall(text) if not found.endswith("?")]


def prose_of_python(path):
    """The docstrings and messages of a module, and its comments."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
    comment = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            comment.append(token.string.lstrip("# "))
        elif token.type not in {tokenize.NL, tokenize.INDENT, tokenize.DEDENT} and comment:
            yield " ".join(comment)
            comment = []


def prose_of_script(path):
    """The comments and messages of a module of the web client."""
    source = path.read_text(encoding="utf-8")
    for block in re.findall(r"/\*\*?(.*?)\*/", source, re.DOTALL):
        yield re.sub(r"\n\s*\* ?", "\n", block).strip()
    for comment in re.findall(r"(?:^|\s)//(.*)", source):
        yield comment.strip()
    for text in re.findall(r'"([^"\n]*)"|`([^`]*)`', source):
        yield "".join(text)


def prose_of_page(path):
    """The paragraphs of a page, without its headings, tables and code."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^(?:#|\|).*$", "", text, flags=re.MULTILINE)
    for paragraph in re.split(r"\n\s*\n|^\s*(?:[-*]|\d+\.) ", text, flags=re.MULTILINE):
        yield paragraph.strip()


@pytest.mark.parametrize(
    ("paths", "prose"), [(PYTHON, prose_of_python), (SCRIPTS, prose_of_script), (PAGES, prose_of_page)]
)
def test_no_sentence_begins_with_a_relative_clause(paths, prose):
    assert {
        str(path.relative_to(ROOT)): found
        for path in paths
        if (found := [sentence for text in prose(path) for sentence in sentences(text)])
    } == {}


def after_numbers(tree):
    """The text right behind each value in the f-strings and the translated texts of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "N_"}:
            texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
            yield from (piece for text in texts for piece in PLACE.split(text)[1:])
        if isinstance(node, ast.JoinedStr):
            for value, text in zip(node.values, node.values[1:], strict=False):
                if isinstance(value, ast.FormattedValue) and isinstance(text, ast.Constant):
                    constant = isinstance(value.value, ast.Name) and value.value.id.isupper()
                    yield "" if constant else text.value


def test_counts_have_the_right_plural():
    found = {
        str(path.relative_to(ROOT)): [match[0] for match in map(COUNTED.match, texts) if match]
        for path in PROGRAM
        if (texts := list(after_numbers(ast.parse(path.read_text(encoding="utf-8")))))
    }

    assert {path for path, words in found.items() if words} == set(NEVER_ONE)
