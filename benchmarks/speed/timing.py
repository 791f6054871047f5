"""How long a question takes once its caches are filled."""

import statistics
import time
from collections.abc import Callable


def seconds(ask: Callable[[], object], rounds: int) -> float:
    """Return the median of so many rounds after a first one."""
    times = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        ask()
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])
