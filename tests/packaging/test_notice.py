"""What is shipped together is named with its licence (NOTICE.md)."""

import re
import tomllib

from tests.terminal import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
NOTICE = (ROOT / "NOTICE.md").read_text()


def test_every_dependency_has_its_licence_there():
    needed = {re.split(r"[ <>=;\[~!]", line)[0] for line in PROJECT["dependencies"]}
    rows = dict(re.findall(r"^\| ([\w.-]+) \| ([^|]+) \|$", NOTICE, re.MULTILINE))
    rows.pop("package")
    assert rows.keys() == needed
    assert not [name for name, licence in rows.items() if not re.search("MIT|BSD|Apache|EPL|LGPL", licence)]


def test_the_notice_goes_with_the_package_and_into_the_image():
    assert set(PROJECT["license-files"]) == {"LICENSE", "NOTICE.md"}
    assert re.search(r"^COPY .*\bNOTICE\.md\b", (ROOT / "packaging" / "Containerfile").read_text(), re.MULTILINE)


def test_the_data_of_unicode_has_its_notice():
    assert "Unicode\n * Character Database" in (ROOT / "src/chover/web/tables/emoji.js").read_text()
    assert "Copyright © 1991-2026 Unicode, Inc." in NOTICE
    assert "this copyright and permission notice appear" in NOTICE
