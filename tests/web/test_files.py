"""The files of the web client as they are: what they may not contain, and how much they weigh."""

import re
from html.parser import HTMLParser

import pytest
from tests.web.tools import WEB

from chover.edge.web import pages

SCRIPTS = sorted(WEB.rglob("*.js"))
STYLES = sorted(WEB.rglob("*.css"))
TABLES = {"emoji.js"}
"""Files that are a table and may be long."""


def _name(file):
    return file.relative_to(WEB).as_posix()


@pytest.mark.parametrize("file", SCRIPTS, ids=_name)
def test_no_script_writes_markup_or_makes_code_of_text(file):
    found = re.findall(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|setHTML"
        r"|\beval\(|new Function|srcdoc|setTimeout\(\s*['\"`]|\.setAttribute\(\s*['\"](?:on|style)",
        file.read_text(),
    )
    assert found == []


@pytest.mark.parametrize("file", SCRIPTS, ids=_name)
def test_no_script_loads_anything_from_elsewhere(file):
    for name in re.findall(r"""(?:from|import)\s*\(?\s*["']([^"']+)["']""", file.read_text()):
        assert name.startswith("."), name
        assert (file.parent / name).is_file(), name


@pytest.mark.parametrize("file", STYLES, ids=_name)
def test_no_style_loads_anything_from_elsewhere(file):
    assert re.findall(r"url\(|@import", file.read_text()) == []


@pytest.mark.parametrize("file", [file for file in SCRIPTS if file.name not in TABLES], ids=_name)
def test_every_file_can_be_read_at_a_sitting(file):
    assert len(file.read_text().splitlines()) <= 400


class Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def elements():
    parser = Elements()
    parser.feed((WEB / "index.html").read_text())
    return parser.found


def test_the_page_has_no_script_and_no_style_in_it():
    for tag, attributes in elements():
        assert tag != "style"
        assert tag != "script" or "src" in attributes
        assert not [name for name in attributes if name.startswith("on") or name == "style"]


def test_the_page_names_every_style_and_only_files_that_are_there():
    links = [attributes["href"] for tag, attributes in elements() if tag == "link"]
    assert all((WEB / link.lstrip("/")).is_file() for link in links)
    named = {link.lstrip("/") for link in links if link.endswith(".css")}
    later = {name for file in SCRIPTS for name in re.findall(r'"(style/[a-z]+\.css)"', file.read_text())}
    assert {_name(file) for file in STYLES} == named | later
    assert not named & later


def test_every_icon_that_is_used_is_there():
    icons = set(re.findall(r'<symbol id="([^"]+)"', (WEB / "icons.svg").read_text()))
    used = {name for file in SCRIPTS for name in re.findall(r'(?:\bicon|iconButton)\(\s*"([^"]+)"', file.read_text())}
    assert used <= icons


def _loaded(entry):
    """A script and whatever it imports before it runs."""
    found, waiting = set(), [entry]
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found.add(file)
        waiting += _imported(file)
    return found


def _imported(file):
    """The scripts that one imports before it runs."""
    names = re.findall(r"""^(?:import|export)\b[^"'();]*?["'](\.[^"']+)["']""", file.read_text(), re.MULTILINE)
    return [(file.parent / name).resolve() for name in names]


def test_no_script_needs_itself_by_way_of_others():
    above = [
        file.name
        for file in (WEB / "state").glob("*.js")
        if re.search(r"^import .*state\.js", file.read_text(), re.MULTILINE)
    ]
    assert above == []
    assert [_name(file) for file in SCRIPTS if any(file in _loaded(each) for each in _imported(file))] == []


def test_the_first_visit_loads_less_than_110_kilobytes():
    served = {**pages.load(), **pages.version()}
    named = re.findall(r'(?:href|src)="([^"]+\.(?:css|js))"', served["index.html"].body.decode())
    files = {"index.html", "icon.svg", "icons.svg", *named}
    assert len(files) == 6
    sent = sum(len(served[name].gzipped) + 300 for name in files)
    assert sent < 110_000, f"{sent} bytes, with 300 for the headers of each file"


def key_handlers(text):
    """What stands behind each listener for keys: ``onkeydown: …`` and ``addEventListener("keydown", …``."""
    return re.findall(r"""\bonkey(?:down|up|press)\s*[:=]\s*(\w+)|["']key(?:down|up|press)["'],\s*(\w*)""", text)


def test_every_key_handler_leaves_alone_what_an_input_method_takes():
    handlers = [(_name(file), "".join(found)) for file in SCRIPTS for found in key_handlers(_code(file))]
    assert len(handlers) >= 8
    assert [each for each in handlers if each[1] != "unlessComposing"] == []
    assert key_handlers('x.addEventListener("keydown", (event) => 0); make("p", { onkeyup: (event) => 0 })') != []
    mentioned = sum(len(re.findall(r"\bkey(?:down|up|press)\b|\bonkey\w+", _code(file))) for file in SCRIPTS)
    assert mentioned == len(handlers), "a listener for keys that this test does not recognize"


def _code(file):
    """Without comments, in which keys are spoken of, and without keys that a script presses itself."""
    made_or_said = r"/\*.*?\*/|^\s*//[^\n]*|new KeyboardEvent\(\"key\w+\""
    return re.sub(made_or_said, "", file.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
