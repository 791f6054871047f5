"""Register a kind of run that Septum does not have, as its own are: a member of the enum and a line."""

from core.jobs.kinds import JOB_KINDS
from core.records.runs import RunKind
from tests.jobs.counting import COUNTING

KIND_NAME = "counting"


def register() -> RunKind:
    """Add the member and the line; returns the member."""
    kind = str.__new__(RunKind, KIND_NAME)
    kind._name_, kind._value_ = KIND_NAME.upper(), KIND_NAME
    RunKind._member_map_[kind._name_] = kind
    RunKind._value2member_map_[KIND_NAME] = kind
    JOB_KINDS[kind] = COUNTING
    return kind
