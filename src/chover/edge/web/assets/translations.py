"""Makes the catalogues of the page: the texts that its scripts say, for each language, as JSON."""

from __future__ import annotations

import json
from typing import Final

from chover import i18n

_SCRIPTS: Final = "src/chover/web/"


def made() -> dict[str, str]:
    """By their path in the folder of a version: texts, or their forms for numbers, by the English text."""
    return {f"i18n/{language}.json": _catalogue(language) for language in i18n.languages() if language != i18n.ENGLISH}


def _catalogue(language: str) -> str:
    texts = {
        entry.text: list(entry.forms) if entry.plural else entry.forms[0]
        for entry in i18n.entries(language)
        if any(file.startswith(_SCRIPTS) for file in entry.files)
    }
    return json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
