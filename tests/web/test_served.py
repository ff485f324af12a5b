"""What is served of the web client is what is written, without the comments."""

import re

import pytest
from tests.web.tools import HERE, WEB, installed, run_node

from chover.edge.web import pages
from chover.edge.web.assets.comments import without_comments


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("a();\n// why\nb();", "a();\n\nb();"),
        ("/** What\n * it is. */\na();", "\n\na();"),
        ("a(); // beside it", "a(); // beside it"),
        ('const at = "https://x"; /* y */', 'const at = "https://x"; /* y */'),
        ("/* in front */ a();", "/* in front */ a();"),
        ("/* one\n * two */ a();", "/* one\n * two */ a();"),
        ("/* never closed\na();", "/* never closed\na();"),
    ],
)
def test_lines_that_are_only_comments_are_left_empty(written, served):
    assert without_comments(written) == served


def test_no_script_says_anything_else_without_its_comments(tmp_path):
    pairs = []
    for name, page in pages.load().items():
        if name.endswith(".js"):
            served = tmp_path / name.replace("/", "--")
            served.write_bytes(page.body)
            pairs += [WEB / name, served]
    assert len(pairs) > 150

    done = run_node(HERE / "same_code.mjs", installed("typescript") / "lib" / "typescript.js", *pairs)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_no_style_says_anything_else_without_its_comments():
    for name, page in pages.load().items():
        if name.endswith(".css"):
            bare, served = (
                (re.sub(r"/\*.*?\*/|\s+", "", text, flags=re.DOTALL))
                for text in ((WEB / name).read_text(encoding="utf-8"), page.body.decode())
            )
            assert bare == served, name
