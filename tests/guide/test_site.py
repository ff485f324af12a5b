"""The site is built of the pages without a warning: every link between them, and every anchor, leads somewhere."""

import re
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from tests.terminal import ROOT

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def build(root, to):
    # Not --quiet: it hides warnings from --strict, too.
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--config-file", root / "mkdocs.yml", "--site-dir", to],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_built(site):
    for page in PAGES:
        where = page.relative_to(ROOT)
        name = where.relative_to("docs") if where.parts[0] == "docs" else f"project/{where}"
        built = {"project/README.md": "index.html"}.get(str(name), str(name).replace("README", "index"))
        assert (site / built.replace(".md", ".html")).exists(), page


def test_the_first_page_is_the_readme_with_its_pictures(site):
    first = (site / "index.html").read_text(encoding="utf-8")

    pictures = re.findall(r'<img[^>]* src="([^"]+)"', first)
    assert pictures
    assert all((site / picture).exists() for picture in pictures)


def test_the_site_loads_nothing_from_elsewhere(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|img|iframe|link)\b[^>]*", text)
        assert [one for one in loaded if re.search(r"""(src|href)=["']?(https?:)?//""", one)] == [], page


def linked(folder, to):
    """A folder with links to what another has."""
    to.mkdir(exist_ok=True)
    for child in folder.iterdir():
        (to / child.name).symlink_to(child)


@pytest.mark.parametrize(
    ("text", "said"),
    [("[gone](nowhere.md)", "nowhere.md, which does not exist"), ("[gone](#no-such-heading)", "'#no-such-heading'")],
)
def test_a_link_that_leads_nowhere_fails_the_build(tmp_path, text, said):
    linked(ROOT, tmp_path)
    for name, file in (("docs", "finding.md"), ("packaging", "site_pages.py")):
        (tmp_path / name).unlink()
        linked(ROOT / name, tmp_path / name)
        (tmp_path / name / file).unlink()
        # A file of its own: the hook looks for the pages beside itself.
        (tmp_path / name / file).write_bytes((ROOT / name / file).read_bytes())
    page = tmp_path / "docs/finding.md"
    page.write_text(f"{page.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")

    done = build(tmp_path, tmp_path / "site")

    assert done.returncode == 1
    assert said in done.stderr + done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_elsewhere_are_well_formed(page):
    text = re.sub(r"`[^`\n]+`", "", page.read_text(encoding="utf-8"))
    for link in re.findall(r"\]\((\w+:[^)\s]*)\)", text):
        address = urlsplit(link)
        assert address.scheme == "https", link
        assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", address.hostname or ""), link
