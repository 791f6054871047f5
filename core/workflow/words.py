"""Small pieces of sentences that several verbs tell."""


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "slice"), counted(20, "slice")
    ('1 slice', '20 slices')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
