"""Lines that change only with the settings."""

from dataclasses import dataclass, field

import pytest

from chover.config import Config, load
from chover.server.pipeline.fixed_lines import FixedLines


@dataclass
class Node:
    config: Config
    asked: list[str] = field(default_factory=list)

    def motd(self):
        self.asked.append("motd")
        return self.config.server.motd

    def network(self):
        self.asked.append("network")
        return self.config.server.network


def settings(**server):
    return load(environ={}, flags={f"server.{name}": value for name, value in server.items()})


@pytest.fixture
def node():
    return Node(settings(motd="one", network="Net"))


def test_each_is_written_once(node):
    lines = FixedLines()
    assert [lines.of(node, Node.motd), lines.of(node, Node.network), lines.of(node, Node.motd)] == ["one", "Net", "one"]
    assert node.asked == ["motd", "network"]


def test_all_are_written_again_when_the_settings_have_changed(node):
    lines = FixedLines()
    lines.of(node, Node.motd)
    lines.of(node, Node.network)
    node.config = settings(motd="two", network="Net")
    assert [lines.of(node, Node.network), lines.of(node, Node.motd)] == ["Net", "two"]
    assert node.asked == ["motd", "network", "network", "motd"]
