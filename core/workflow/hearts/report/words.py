"""The words that every report has."""

from datetime import datetime

TITLE = "Cardiac function from short-axis cine MR"
NOTICE = "For research; no medical device."
NONE = "-"  # in the place of a number that there is not; the reason stands below


def day(at: datetime) -> str:
    """Return the day of a time, as the person at this machine counts it."""
    return f"{at.astimezone():%Y-%m-%d}"


def minute(at: datetime) -> str:
    """Return the day and the time of day."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"
