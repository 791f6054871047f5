"""How fast a cavity empties and fills: the steepest fall and rise of its volume over the beat."""

from dataclasses import dataclass

import numpy as np

from core.metrics.function.figure import Figure

MIN_PHASES = 20  # whole ones in a beat; fewer cut the peaks off
WINDOW, ORDER = 5, 2  # of the parabola that is fitted about each phase: light, so that peaks stay
MS_PER_SECOND = 1000.0
FEW = f"rates need at least {MIN_PHASES} whole phases"


@dataclass(frozen=True)
class Rates:
    """Peak ejection and filling rate in ml/s, and the time from ES to the latter in ms."""

    ejection: Figure
    filling: Figure
    to_filling: Figure


def rates_of(curve_ml: np.ndarray, whole: np.ndarray, es_phase: int | None, step_ms: float | None) -> Rates:
    """Return the rates of one cavity, or why there are none.

    The derivative is that of a parabola fitted to each phase and two on either side.
    Source: Savitzky and Golay, Anal Chem 36:1627, 1964.

    Args:
        curve_ml: (phases,) volume of the cavity.
        whole: (phases,) bool, whether every slice of the phase has a mask.
        es_phase: from which the time to the peak filling rate counts; it is looked for after it.
        step_ms: from one phase to the next.
    """
    if len(curve_ml) < MIN_PHASES or not whole.all():
        return _none(f"{FEW}, and {int(whole.sum())} of {len(whole)} are whole")
    if not step_ms or step_ms <= 0:
        return _none("the time from one phase to the next is not known")
    if not curve_ml.any():
        return _none("the cavity is not marked")
    from scipy.signal import savgol_filter  # takes a while to load

    slope = savgol_filter(curve_ml, WINDOW, ORDER, deriv=1, delta=step_ms / MS_PER_SECOND)
    ejection = Figure(float(-slope.min()))
    if es_phase is None or es_phase + 1 >= len(slope):
        return Rates(ejection, *[Figure(None, "no phase follows ES")] * 2)
    after = int(slope[es_phase + 1 :].argmax()) + 1
    return Rates(ejection, Figure(float(slope[es_phase + after])), Figure(after * step_ms))


def step_between(times_ms: np.ndarray, heart_rate_bpm: float | None) -> float | None:
    """Return the time from one phase to the next in ms; None where nobody tells it.

    Args:
        times_ms: (slices, phases) trigger times; NaN where a slice has none.
        heart_rate_bpm: by which a beat is shared among the phases where there are no times.
    """
    if times_ms.shape[1] > 1:
        steps = np.diff(np.sort(times_ms, axis=1), axis=1)
        known = steps[np.isfinite(steps) & (steps > 0)]
        if len(known):
            return float(np.median(known))
    return 60_000.0 / heart_rate_bpm / times_ms.shape[1] if heart_rate_bpm else None


def _none(reason: str) -> Rates:
    return Rates(*[Figure(None, reason)] * 3)
