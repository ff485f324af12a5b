"""What a release consists of, as somebody gets it who has nothing else: an empty environment, an empty home."""

import contextlib
import fcntl
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from tests.e2e.server import Server, environment
from tests.terminal import ROOT, Terminal

BOUND = 100


@pytest.fixture(scope="session")
def released(tmp_path_factory, worker_id):
    """The directory with everything that ``make release`` builds, made once for all workers."""
    shared = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    directory = shared / "released"
    with (shared / "released.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not directory.exists():
            done = subprocess.run(
                [sys.executable, ROOT / "packaging/release.py", directory],
                capture_output=True, text=True, timeout=BOUND, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
            (directory / "said").write_text(done.stdout)
    return directory


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A Python without packages."""
    home = tmp_path_factory.mktemp("bare")
    venv.create(home / "env", with_pip=True)
    return home / "env/bin/python"


@contextlib.contextmanager
def serving(home, *program):
    """A server by this program, on a port of its own."""
    server = Server(home, PYTHONPATH="")
    server.program = program
    server.start()
    try:
        yield server
    finally:
        assert server.stop() == 0
        assert not server.trouble()


def run(*command, home, cwd=None, **more):
    """A command as a stranger runs it: with a home of its own, and none of this tree on its path."""
    env = environment(home, PYTHONPATH="", **more)
    return subprocess.run(
        list(map(str, command)), env=env, capture_output=True, text=True, timeout=BOUND, check=False, cwd=cwd
    )


def test_a_release_says_what_it_built_and_what_is_left_to_do(released):
    said = (released / "said").read_text()
    built = {path.name.replace(path.suffix, "") for path in released.iterdir() if path.name != "said"}

    assert {"chover", "SHA256SUMS"} <= built
    for file in released.glob("chover*"):
        assert file.name in said
        assert file.name in (released / "SHA256SUMS").read_text()
    assert "twine upload" in said
    assert run("sha256sum", "--check", "SHA256SUMS", home=released, cwd=released).returncode == 0


def test_a_release_is_not_built_over_an_earlier_one(tmp_path):
    (tmp_path / "chover-1.whl").touch()

    done = run(sys.executable, ROOT / "packaging/release.py", tmp_path, home=tmp_path)

    assert done.returncode == 1
    assert f"release: {tmp_path} is not empty" in done.stderr


async def test_the_originals_two_files_alone_in_a_folder_become_a_chat(released, bare, tmp_path):
    for name in ("chatOverSockets.py", "requirements.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())

    before = run(bare, "chatOverSockets.py", home=tmp_path, cwd=tmp_path)
    assert before.returncode == 1
    assert "pip install -r requirements.txt" in before.stderr
    assert "get the file chover-….whl" in before.stderr
    assert "Traceback" not in before.stderr

    installed = run(
        bare, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--find-links", released,
        "-r", "requirements.txt", home=tmp_path, cwd=tmp_path,
    )  # fmt: skip
    assert installed.returncode == 0, installed.stderr

    menu = Terminal(str(bare), str(tmp_path / "chatOverSockets.py"), PYTHONPATH="", HOME=str(tmp_path))
    try:
        await menu.prompts("selection >")
        assert menu.lines == ["0 ── TCP Server", "1 ── TCP Client", "selection >"]
    finally:
        await menu.close()

    command = bare.parent / "chover"
    with serving(tmp_path, command) as server:
        sent = run(command, "send", "--server", f"127.0.0.1:{server.port}", "#lobby", "hello", home=tmp_path)
        assert sent.returncode == 0, sent.stderr
    completion = run(command, "--show-completion", "bash", home=tmp_path)
    assert "_CHOVER_COMPLETE" in completion.stdout


INSTALLS = {
    "pipx": ("pipx", "install", "--python", sys.executable),
    "uv": ("uv", "tool", "install", "--python", sys.executable),
}
INDEX = {"UV_FIND_LINKS": " ".join(filter(None, [os.environ.get("UV_FIND_LINKS"), os.environ.get("PIP_FIND_LINKS")]))}
"""uv does not read pip's settings; a machine may have its packages in a folder."""


@pytest.mark.parametrize("tool", INSTALLS)
async def test_pipx_and_uv_install_a_program_that_serves_and_sends(released, tmp_path, tool):
    wheel = next(released.glob("*.whl"))
    installed = run(sys.executable, "-m", *INSTALLS[tool], wheel, home=tmp_path, **INDEX)
    assert installed.returncode == 0, installed.stderr
    command = tmp_path / ".local/bin/chover"

    menu = Terminal(str(command), PYTHONPATH="", HOME=str(tmp_path))
    try:
        await menu.prompts("selection >")
    finally:
        await menu.close()
    with serving(tmp_path, command) as server:
        sent = run(command, "send", "--server", f"127.0.0.1:{server.port}", "#lobby", "hello", home=tmp_path)
        assert sent.returncode == 0, sent.stderr
        restarted = run(command, "restart", "--data", server.data, home=tmp_path)
        assert restarted.stdout.startswith("restarted"), restarted.stderr


def test_uv_runs_it_without_installing_it(released, tmp_path):
    uvx = [
        sys.executable,
        "-m",
        "uv",
        "tool",
        "run",
        "--python",
        sys.executable,
        "--from",
        next(released.glob("*.whl")),
    ]

    done = run(*uvx, "chover", "--version", home=tmp_path, **INDEX)

    assert done.stdout.startswith("chover "), done.stderr
    assert not (tmp_path / ".local/bin").exists()


def test_the_one_file_serves_and_sends_on_a_bare_python(released, tmp_path):
    venv.create(tmp_path / "env", with_pip=False)
    program = [tmp_path / "env/bin/python", "-I", next(released.glob("*.pyz"))]

    with serving(tmp_path, *program) as server:
        sent = run(*program, "send", "--server", f"127.0.0.1:{server.port}", "#lobby", "hello", home=tmp_path)

    assert sent.returncode == 0, sent.stderr
    assert Path(program[2]).name in server.ready


def test_the_manual_page_has_every_command(released):
    page = (released / "chover.1").read_text()

    for command in ("serve", "chat", "account add", "ban remove", "backup"):
        assert f".SS chover {command}" in page
    assert ".SH EXIT STATUS" in page
