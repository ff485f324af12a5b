"""What has no page in it, tested in Node: each file of tests/web/units by itself."""

import pytest
from tests.web.tools import HERE, installed, node, run_node

UNITS = sorted((HERE / "units").glob("*.test.js"))


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name.removesuffix(".test.js"))
def test_each_module_does_what_its_tests_say(file):
    done = run_node("--test", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", file)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("of", ["jsconfig.json", "jsconfig.worker.json"])
def test_the_types_are_right(of):
    node()
    done = run_node(installed("typescript") / "bin" / "tsc", "-p", HERE / of)
    assert done.returncode == 0, done.stdout
