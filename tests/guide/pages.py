"""The pages that people follow: their blocks of commands, and the same commands where a test has its own paths."""

import re
import subprocess
import sys

from tests.e2e.server import environment
from tests.terminal import ROOT

DOCS = ROOT / "docs"
PAGES = (
    *("operating", "moderation", "notifications", "hooks", "python"),
    *("getting-started", "web", "terminal", "ssh", "clients", "accounts", "finding", "files", "scripts", "original"),
)
_BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def page(name):
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def chapters(name):
    """The chapters of a page by their titles; what comes before the first has an empty one."""
    parts = re.split(r"^##? (.*)$", page(name), flags=re.MULTILINE)
    return dict(zip(["", *parts[1::2]], parts[::2], strict=True))


def blocks(name):
    """(chapter, kind, lines) of each block of a page."""
    for title, text in chapters(name).items():
        for kind, block in _BLOCK.findall(text):
            yield title, kind, block.splitlines()


def commands(chapter, kind="sh", name="operating"):
    """The lines of a chapter's blocks of one kind."""
    found = [line for title, what, lines in blocks(name) if (title, what) == (chapter, kind) for line in lines]
    assert found, (chapter, kind)
    return found


def spans(name):
    """What stands between backticks in the text of a page, outside its blocks."""
    return re.findall(r"`([^`\n]+)`", _BLOCK.sub("", page(name)))


def translated(line, root):
    """The same command with the paths of this test, as this user."""
    for printed, here in (
        ("ssh new.example.org ", ""),
        ("sudo -u chover ", ""),
        ("/opt/chover/bin/chover", f"{sys.executable} -m chover"),
        ("/etc/chover.toml", f"{root}/chover.toml"),
        ("/var/lib/", f"{root}/var/"),
        ("/srv/", f"{root}/srv/"),
    ):
        line = line.replace(printed, here)
    return line


def run(line, root):
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", line],
        env=environment(root),
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stderr}"
    return done.stdout
