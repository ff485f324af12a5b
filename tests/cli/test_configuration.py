"""``chover config``."""

import os
import tempfile
from pathlib import Path

import pytest

from chover.edge.tls.certificate import keep_self_signed


def test_config_prints_every_setting_and_where_they_come_from(chover_says, tmp_path):
    status, out, _ = chover_says("config")

    assert status == 0
    assert out.startswith(f"# From {tmp_path}/config/chover/chover.toml (if there is one)")
    assert f"# The data is in {tmp_path}/data/chover" in out
    assert "# port = 55555" in out
    assert "# [[listeners]]" in out


def test_config_prints_one_section_or_the_bare_value_of_one_setting(chover_says, tmp_path):
    file = tmp_path / "c.toml"
    file.write_text('[server]\nnetwork = "Ours"\n[limits]\nquiet = 5')

    assert chover_says("config", "server.network", "--config", str(file)) == (0, "Ours\n", "")
    assert chover_says("config", "limits.quiet", "--config", str(file)) == (0, "5\n", "")
    assert chover_says("config", "channels.autojoin") == (0, '["#lobby"]\n', "")
    assert chover_says("config", "store")[1].startswith("[store]\n")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_config_check_finds_what_the_servers_user_may_not_read(chover_says):
    with tempfile.TemporaryDirectory(prefix="chover-") as name:
        Path(name).chmod(0o755)
        pair = keep_self_signed(Path(name))
        file = Path(name, "chover.toml")
        file.write_text(f'[tls]\ncert = "{pair.certificate}"\nkey = "{pair.key}"\n')
        asked = ("config", "--check", "--config", str(file))
        assert chover_says(*asked) == (0, "the settings can be used\n", "")
        os.seteuid(65534)
        try:
            status, out, err = chover_says(*asked)
        finally:
            os.seteuid(0)
    assert (status, out) == (1, "")
    assert "tls-key.pem cannot be read: Permission denied" in err
