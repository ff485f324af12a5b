"""Whatever reads like a sentence in the terminal client is marked for translation (CONTRIBUTING.md)."""

import ast
import re

from tests.terminal import ROOT

CLIENT = ROOT / "src/chover/client"
ENGLISH = ("api.py", "script.py", "prompt/classic.py", "prompt/classic_lines.py", "prompt/prompt.py")
"""The Python API, the commands of scripts, and the prompt of the original, which has its words."""
EXEMPT = {
    "connection/credentials.py": "Your password is changed",  # What NickServ says: it is read, not shown.
    "local/log_files.py": "-- Messages from before this line may be missing here.",  # A log is read by programs.
    "scripting.py": "/… is no name for a command, or it is taken",  # For who writes a script, with a trace.
    "served.py": "this terminal is on another machine",  # Nobody sees it: prompt_toolkit asks.
}
MARKS = {"_", "N_", "ngettext"}
SENTENCE = re.compile(r"(?:\b[A-Za-z][a-z']*\b[,;:]? ){3}")
"""Three words in a row, and something behind them."""


def written(tree):
    """Texts and f-strings that are neither docstrings nor inside of a mark."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            # What fills its places may be a text, too.
            for each in [*node.args[1:], *(given.value for given in node.keywords)]:
                yield from written(ast.Expression(each)) if node.func.id != "ngettext" else ()
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        elif isinstance(node, ast.JoinedStr):
            parts = (each.value if isinstance(each, ast.Constant) else "…" for each in node.values)
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        else:
            yield from written(node)


def test_every_sentence_of_the_terminal_client_is_marked():
    found = {}
    for path in sorted(CLIENT.rglob("*.py")):
        name = path.relative_to(CLIENT).as_posix()
        for line, text in [] if name in ENGLISH else written(ast.parse(path.read_text(encoding="utf-8"))):
            if SENTENCE.search(text) and not re.search(r"\\|[A-Z]{2,} ", text) and EXEMPT.get(name) != text:
                found[f"src/chover/client/{name}:{line}"] = text

    assert found == {}, 'mark them, _("…"), then: make translations'


def test_nothing_is_exempt_any_more_that_is_not_there():
    for name, text in EXEMPT.items():
        assert text in {found for _, found in written(ast.parse((CLIENT / name).read_text(encoding="utf-8")))}
