"""Numbers and their nouns, as people are told them."""


def counted(number: int, noun: str) -> str:
    """A number and what it counts: "1 ban", "2 bans". The plural of ``noun`` is made with s."""
    return f"{number} {noun}{'s' * (number != 1)}"
