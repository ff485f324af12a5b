"""All targets, by name."""

from __future__ import annotations

from tests.fuzz import documents, edges, lines
from tests.fuzz.target import Target

TARGETS: dict[str, Target] = {**lines.TARGETS, **edges.TARGETS, **documents.TARGETS}
