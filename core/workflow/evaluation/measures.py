"""What masks measure, by the model and by the reference: areas, volumes, and the function of whole hearts."""

from enum import StrEnum

import numpy as np

from core.labels import FOREGROUND, HEART, Label, Role
from core.metrics.function.heart import heart_function
from core.metrics.function.moments import Moment, Moments, Told
from core.metrics.function.stack import MIN_POSITIONS, pixel_volume_ml, shares_of_places, stack_of
from core.metrics.location import CardiacPhase
from core.workflow.evaluation.model_scores import ModelScores

Columns = tuple[np.ndarray, np.ndarray, np.ndarray]  # (reference, prediction, a slice) of n measured things
CAVITIES = HEART.with_role(Role.CAVITY)
WALLED = {wall: cavity for cavity, wall in HEART.walled.items()}


class Measure(StrEnum):
    """What is measured."""

    AREA = "area"
    VOLUME = "volume"
    END_DIASTOLIC = "end-diastolic volume"
    END_SYSTOLIC = "end-systolic volume"
    EJECTION_FRACTION = "ejection fraction"
    MASS = "mass"


UNITS = {
    Measure.AREA: "cm²",
    Measure.VOLUME: "ml",
    Measure.END_DIASTOLIC: "ml",
    Measure.END_SYSTOLIC: "ml",
    Measure.EJECTION_FRACTION: "%",
    Measure.MASS: "g",
}
FIGURES = {  # of whole hearts, as `heart_function` names them after the side
    Measure.END_DIASTOLIC: "edv_ml",
    Measure.END_SYSTOLIC: "esv_ml",
    Measure.EJECTION_FRACTION: "ef_percent",
    Measure.MASS: "mass_g",
}
THINGS = {Measure.AREA: "slices", Measure.VOLUME: "volumes", **dict.fromkeys(FIGURES, "hearts")}


def labels_of(measure: Measure) -> tuple[Label, ...]:
    """Return the labels that have the measure: walls a mass, cavities a figure, all of them the others."""
    if measure is Measure.MASS:
        return HEART.with_role(Role.WALL)
    return CAVITIES if measure in FIGURES else FOREGROUND


def values_of(scored: ModelScores, measure: Measure, label: Label) -> Columns:
    """Return what the reference and the model measure of a label, and a slice of each; NaN where one cannot.

    Volumes are sums over the slices of a series and phase that have a score, where there are at least
    MIN_POSITIONS and distances are known; figures of whole hearts take ED and ES of the reference.
    """
    if measure in FIGURES:
        return _figures(scored, measure, label)
    return (_areas if measure is Measure.AREA else _volumes)(scored, label)


def _areas(scored: ModelScores, label: Label) -> Columns:
    """(reference cm², prediction cm², the slice) of each slice where either mask has the label."""
    ours, theirs = scored.scores.prediction[:, label], scored.scores.reference[:, label]
    shown = np.flatnonzero((ours > 0) | (theirs > 0))
    size = scored.pixel_cm2[shown]
    return theirs[shown] * size, ours[shown] * size, shown


def _volumes(scored: ModelScores, label: Label) -> Columns:
    """(reference ml, prediction ml, a slice) of each series and phase; NaN where it is no volume."""
    slices = scored.slices
    moments, first, moment, n = np.unique(
        np.stack([slices.series_ids, slices.phases], axis=1),
        axis=0,
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    enough = np.where(n < MIN_POSITIONS, np.nan, 1.0)
    pixel_ml = _pixel_ml(scored)
    sums = [
        np.bincount(moment.ravel(), weights=pixels[:, label] * pixel_ml, minlength=len(moments)) * enough
        for pixels in (scored.scores.reference, scored.scores.prediction)
    ]
    return sums[0], sums[1], first


def _figures(scored: ModelScores, measure: Measure, label: Label) -> Columns:
    """(reference, prediction, an ED slice) of each series whose ED and ES are known; NaN where one is not."""
    slices, sides = scored.slices, (scored.scores.reference, scored.scores.prediction)
    key = f"{HEART.structures[WALLED.get(label, label)].short_name.lower()}_{FIGURES[measure]}"
    order = np.argsort(slices.series_ids, kind="stable")
    starts = np.flatnonzero(np.diff(slices.series_ids[order]))
    rows: list[tuple[float, float, int]] = []
    for members in np.split(order, starts + 1):
        at = scored.cardiac_phases[members]
        ed, es = members[at == CardiacPhase.ED], members[at == CardiacPhase.ES]
        if not len(ed) or not len(es):
            continue
        both, facts = np.concatenate([ed, es]), scored.series[int(slices.series_ids[ed[0]])]
        phases = np.repeat([0, 1], [len(ed), len(es)])
        known, positions = np.unique(slices.positions[both], return_inverse=True)
        places = tuple(facts.places[position] for position in known) if facts.places else ()
        moments = Moments(Moment(0, Told.FOUND), Moment(1, Told.FOUND))
        theirs, ours = (
            heart_function(
                stack_of(
                    positions,
                    phases,
                    pixels[both],
                    facts.spacing_mm,
                    facts.slice_distance_mm,
                    places=places,
                ),
                moments,
            )
            .figures[key]
            .value
            for pixels in sides
        )
        rows.append((np.nan if theirs is None else theirs, np.nan if ours is None else ours, int(ed[0])))
    columns = np.array(rows, float).reshape(-1, 3).T
    return columns[0], columns[1], columns[2].astype(np.intp)


def _pixel_ml(scored: ModelScores) -> np.ndarray:
    """(n,) volume that a pixel of each slice stands for; NaN where nobody knows its size."""
    of_series = {}
    for number, one in scored.series.items():
        spacing, distance = one.spacing_mm, one.slice_distance_mm
        of_series[number] = pixel_volume_ml(spacing, distance) if spacing and distance else np.nan
    shares = {number: shares_of_places(one.places) for number, one in scored.series.items() if one.places}
    return np.array(
        [
            of_series[number] * (shares[number][position] if number in shares else 1.0)
            for number, position in zip(
                scored.slices.series_ids.tolist(), scored.slices.positions.tolist(), strict=True
            )
        ],
        float,
    )
