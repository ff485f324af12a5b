"""Why something cannot be exported, in one line."""


class ArchiveError(Exception):
    """The text is one line that says why and what to do."""
