"""A kind of run for tests: counts slowly, or fails, as its configuration says."""

import json
import time

from core.errors import BadInput
from core.jobs.control import RunControl
from core.jobs.kinds import JobKind
from core.records.runs import RunRow

COUNTING = JobKind("tests.jobs.counting:run", "Count", "numbers", is_resumable=True)


def run(row: RunRow, control: RunControl) -> str:
    """Count to the total, a tenth of a second each."""
    wanted = json.loads(row.configuration)
    if wanted.get("fail") == "input":
        raise BadInput("slice 7 cannot be read; import it again")
    if wanted.get("fail") == "bug":
        raise ZeroDivisionError
    for number in range(row.total):
        control.progress(number, row.total, f"At {number}.")
        time.sleep(0.1)
    return f"Counted to {row.total}."
