"""Secrets are compared in a time that says nothing about them: by hmac.compare_digest, or looked up by their hash."""

import ast
import re

import pytest

from tests.terminal import ROOT

SOURCE = ROOT / "src" / "chover"
SERVER = ["accounts", "admin", "edge", "files", "notify", "ports", "serve", "server", "store"]
"""Anyone who runs a client compares nothing that somebody else could time."""
SECRET = re.compile(r"(^|_)(password|passwd|secret|proof|signature|credential|verifier|hash|token)s?$")
NO_SECRETS = {
    ("edge/tls/acme.py", "token"),
    ("accounts/tokens.py", "proof"),  # its length
}
"""Where the name means something else, with what it is called there."""


def compared(tree):
    """The operands of each == and != that is not with a constant, which would not depend on a secret's content."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
            operands = [node.left, *node.comparators]
            if not any(isinstance(each, ast.Constant) for each in operands):
                yield node.lineno, operands


def names_of(operand):
    """What an operand is called: its last word, also where it is encoded or hashed (``password.encode()``)."""
    match operand:
        case ast.Name():
            yield operand.id
        case ast.Attribute():
            yield operand.attr
        case ast.Call():
            inside = [operand.func.value] if isinstance(operand.func, ast.Attribute) else [operand.func]
            for each in [*inside, *operand.args]:
                yield from names_of(each)


def suspicious(text, path=""):
    found = []
    for line, operands in compared(ast.parse(text)):
        secrets = {name for each in operands for name in names_of(each) if SECRET.search(name)}
        found += [(path, line, name) for name in secrets if (path, name) not in NO_SECRETS]
    return found


def test_no_module_of_the_server_compares_a_secret_by_its_content():
    files = [path for package in SERVER for path in (SOURCE / package).rglob("*.py")]
    assert len(files) > 200
    found = [each for path in files for each in suspicious(path.read_text(), str(path.relative_to(SOURCE)))]
    assert found == []


@pytest.mark.parametrize(
    "line",
    ["kept.hash == hash_of(code)", "password.encode() != wanted", "given == self.metrics_token", "x != old_secret"],
)
def test_such_a_comparison_would_be_found(line):
    assert suspicious(f"if {line}: pass")


@pytest.mark.parametrize(
    "line", ['kept == "*"', "hmac.compare_digest(given, token)", "denied.code == 'X'", "a.nick == b.nick"]
)
def test_what_is_no_such_comparison_is_not(line):
    assert not suspicious(f"if {line}: pass")
