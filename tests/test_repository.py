"""What the repository's own pages say is there, is there."""

import re
import subprocess
from pathlib import Path

import pytest

import chover

ROOT = Path(__file__).parent.parent


def page(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/decisions/README.md"])
def test_every_link_to_a_file_leads_to_one(name):
    links = re.findall(r"\]\(([^)#:]+)\)", page(name))

    assert links
    for link in links:
        assert (ROOT / name).parent.joinpath(link).exists(), link


def test_every_module_that_contributing_names_exists():
    modules = re.findall(r"`((?:src|tests)/[\w./]+)`", page("CONTRIBUTING.md"))

    assert len(modules) > 10
    for module in modules:
        assert (ROOT / module).exists(), module


def test_the_changelog_speaks_of_this_version():
    assert chover.__version__ in page("CHANGELOG.md")


def test_every_decision_is_listed():
    decisions = {path.name for path in (ROOT / "docs/decisions").glob("0*.md")}

    assert set(re.findall(r"\((0[\w-]+\.md)\)", page("docs/decisions/README.md"))) == decisions


def test_make_lists_what_the_design_promises(needs):
    make = needs("make", "apt-get install make")

    listed = subprocess.run([make, "-C", ROOT, "help"], capture_output=True, text=True, check=True).stdout

    for target in ("run", "test", "fuzz", "check", "bench", "conformance", "site"):
        assert f"make {target} " in listed
