import pytest
from tests.doubles.stage import Stage

AWAY = "203.0.113.9"
STRICT = {"sts.enabled": True, "tls.cert": "c.pem", "tls.key": "k.pem", "sts.duration": 86400}


async def offered(stage, version="302", **peer):
    wire = stage.connect(**peer)
    wire.send(f"CAP LS {version}")
    return [word for line in await wire.heard("CAP") for word in line.params[-1].split()]


@pytest.mark.parametrize(
    ("peer", "policy"),
    [
        ({"address": AWAY}, ["sts=port=55555"]),
        ({"address": AWAY, "tls": True}, ["sts=duration=86400"]),
        ({"address": "127.0.0.1"}, []),
        ({"address": AWAY, "via": "127.0.0.1"}, []),
        ({"address": AWAY, "protocol": "web"}, []),
        ({"address": AWAY, "version": ""}, []),
    ],
)
async def test_the_policy_of_strict_transport_security_is_told_where_it_holds(peer, policy):
    stage = await Stage.open(STRICT)
    assert [word for word in await offered(stage, **peer) if word.startswith("sts")] == policy
    await stage.close()


async def test_the_policy_cannot_be_requested():
    stage = await Stage.open(STRICT)
    wire = stage.connect(address=AWAY)
    wire.send("CAP REQ sts")
    assert "NAK" in await wire.expect("CAP")
    await stage.close()


async def test_without_the_setting_nobody_is_told(stage):
    assert not [word for word in await offered(stage, address=AWAY) if word.startswith("sts")]
