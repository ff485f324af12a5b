import aiohttp
import pytest

from chover.edge.web.metrics import may_read, written
from chover.ports import Peer
from chover.ports.measures import Measure, Sample, single


def test_the_text_is_as_prometheus_reads_it():
    buckets = [Sample(1, {"le": "0.5"}, "_bucket"), Sample(3, {"le": "+Inf"}, "_bucket"), Sample(2.25, {}, "_sum")]
    assert written(
        [single("users", "gauge", "Users.", 7), Measure("commit_seconds", "histogram", "How long.", buckets)]
    ) == (
        "# HELP chover_users Users.\n"
        "# TYPE chover_users gauge\n"
        "chover_users 7\n"
        "# HELP chover_commit_seconds How long.\n"
        "# TYPE chover_commit_seconds histogram\n"
        'chover_commit_seconds_bucket{le="0.5"} 1\n'
        'chover_commit_seconds_bucket{le="+Inf"} 3\n'
        "chover_commit_seconds_sum 2.25\n"
    )


def test_a_label_cannot_break_out_of_its_quotes():
    assert 'protocol="a\\"b\\\\\\nc"' in written([Measure("x", "gauge", "X.", [Sample(1, {"protocol": 'a"b\\\nc'})])])


def test_what_has_no_samples_is_left_out():
    assert not written([Measure("sessions", "gauge", "Sessions.", [])])


@pytest.mark.parametrize(
    ("address", "via", "authorization", "token", "allowed"),
    [
        ("127.0.0.1", "", "", "", True),
        ("::1", "", "", "secret", True),
        ("127.0.0.1", "127.0.0.1", "", "", False),
        ("203.0.113.9", "", "", "", False),
        ("203.0.113.9", "", "Bearer ", "", False),
        ("203.0.113.9", "", "Bearer wrong", "secret", False),
        ("203.0.113.9", "", "Basic secret", "secret", False),
        ("203.0.113.9", "127.0.0.1", "bearer secret", "secret", True),
    ],
)
def test_metrics_are_for_this_machine_or_for_who_has_the_token(address, via, authorization, token, allowed):
    assert may_read(Peer(address, 1, "web", via=via), authorization, token) is allowed


async def test_metrics_are_what_the_host_counts_and_what_the_process_uses(port):
    await port.open()
    port.host.nicks.update({"nora", "olaf"})
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port.number}") as site:
        async with site.get("/metrics") as answer:
            text = await answer.text()
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        assert "\nchover_users 2\n" in text
        assert "\nprocess_cpu_seconds_total " in text
        async with site.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}) as answer:
            assert answer.status == 401, "a proxy in between makes it somebody else"
        port.listener.follow_web(metrics_token="secret")
        headers = {"X-Forwarded-For": "203.0.113.9", "Authorization": "Bearer secret"}
        async with site.get("/metrics", headers=headers) as answer:
            assert answer.status == 200
