"""A step of the set-up that cannot do its work says what it was doing, and what helps."""

import shutil
import subprocess
import sys

import pytest
from tests.terminal import ROOT

UNREACHABLE = "http://127.0.0.1:1/"


@pytest.fixture
def clone(tmp_path):
    """The files that the set-up reads, in a folder of their own."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tests/web").mkdir(parents=True)
    shutil.copy(ROOT / "tests/web/package.json", tmp_path / "tests/web")
    return tmp_path


def make(clone, needs, target, **env):
    path = {"PATH": "/usr/bin:/bin", "HOME": str(clone), "PYTHON": sys.executable}
    return subprocess.run(
        [needs("make", "apt-get install make"), "-C", clone, target, f"PYTHON={sys.executable}"],
        env={**path, **env}, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


def test_an_index_that_cannot_be_reached_is_told_with_what_to_set(clone, needs):
    done = make(clone, needs, "run", PIP_INDEX_URL=UNREACHABLE, PIP_CONFIG_FILE="/dev/null", PIP_RETRIES="0")

    assert done.returncode == 2
    assert "bringing pip up to date in .venv did not work" in done.stderr
    assert "PIP_INDEX_URL" in done.stderr


def test_a_registry_of_the_web_tools_that_cannot_be_reached_is_told_with_what_to_set(clone, needs):
    python = clone / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    for done in ("installed", "installed-dev"):
        (clone / ".venv" / done).touch()

    failed = make(clone, needs, ".venv/web/installed", npm_config_registry=UNREACHABLE, npm_config_fetch_retries="0")

    assert failed.returncode == 2
    assert "installing what checks the web client (tests/web/package.json) did not work" in failed.stderr
    assert "npm_config_registry" in failed.stderr


def test_a_machine_without_a_new_python_is_told_what_to_install(clone, needs):
    (clone / "bin").mkdir()

    done = subprocess.run(
        [needs("make", "apt-get install make"), "-C", clone, "run"],
        env={"PATH": str(clone / "bin"), "SHELL": "/bin/sh"}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert "no Python 3.11 or newer" in done.stderr
    assert "apt install python3-venv" in done.stderr
