"""The container files: linted, and as far as they can be followed without a builder."""

import re
import shutil
import subprocess
import sys
import zipfile

from tests.terminal import ROOT

CONTAINERFILE = ROOT / "packaging/Containerfile"
COMPOSE = ROOT / "packaging/compose.yaml"


def tool(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60, check=False)


def test_the_containerfile_has_nothing_that_the_linter_objects_to():
    linted = tool(shutil.which("hadolint", path=str(sys.prefix + "/bin")), CONTAINERFILE)

    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_compose_file_is_one():
    checked = tool(sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)

    assert checked.returncode == 0, checked.stdout


def test_the_compose_file_and_the_containerfile_agree_on_port_and_data():
    container, compose = CONTAINERFILE.read_text(), COMPOSE.read_text()

    assert re.search(r"^EXPOSE 55555$", container, re.MULTILINE)
    assert '- "55555:55555"' in compose
    assert re.search(r"^VOLUME /data$", container, re.MULTILINE)
    assert "- data:/data" in compose
    assert "USER 10001:10001" in container


def test_what_the_containerfile_copies_is_enough_to_build_the_package(tmp_path):
    stage = CONTAINERFILE.read_text().split("\nFROM ")[1]
    for line in re.findall(r"^COPY (.*) /source/\S*$", stage, re.MULTILINE):
        for name in line.split():
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)

    built = tool(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path / "dist", tmp_path)

    assert built.returncode == 0, built.stderr
    [wheel] = (tmp_path / "dist").glob("*.whl")
    assert "chover/web/index.html" in zipfile.ZipFile(wheel).namelist()
