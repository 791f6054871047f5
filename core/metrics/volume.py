"""Volumes in ml by summed slice areas, and what follows: EDV, ESV, SV, EF and LV mass."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.labels import FOREGROUND, SHORT_NAMES, Label
from core.metrics.counts import N_LABELS

MYOCARDIUM_G_PER_ML = 1.05  # density of heart muscle, as clinical reports use it
MM3_PER_ML = 1000.0


@dataclass(frozen=True)
class PhaseVolumes:
    """Volumes of the labels at one phase."""

    ml: Mapping[Label, float]
    n_slices: int  # masks that were summed
    filled: int  # of them, those with left ventricle


@dataclass(frozen=True)
class HeartFunction:
    """What a report states about both ventricles; NaN where it cannot be said."""

    ed_phase: int
    es_phase: int
    edv_ml: Mapping[Label, float]  # by ventricle
    esv_ml: Mapping[Label, float]
    sv_ml: Mapping[Label, float]
    ef_percent: Mapping[Label, float]
    lv_mass_g: float  # myocardium at ED
    warnings: tuple[str, ...]  # why numbers may mislead, in plain words


def pixel_volume_ml(spacing_mm: tuple[float, float], slice_distance_mm: float) -> float:
    """Volume that one pixel stands for: its area times the distance to the next slice's centre.

    >>> pixel_volume_ml((2.0, 2.0), 10.0)
    0.04
    """
    sizes = (*spacing_mm, slice_distance_mm)
    if not all(math.isfinite(size) and size > 0 for size in sizes):
        raise ValueError(f"pixel size and slice distance must be positive, got {sizes} mm")
    return math.prod(sizes) / MM3_PER_ML


def label_volumes_ml(mask: np.ndarray, pixel_ml: float) -> dict[Label, float]:
    """Volume of each heart label in a mask of any shape."""
    pixels = np.bincount(mask.ravel(), minlength=N_LABELS)
    return {label: float(pixels[label]) * pixel_ml for label in FOREGROUND}


def volumes_by_phase(
    masks: Mapping[tuple[int, int], np.ndarray], spacing_mm: tuple[float, float], slice_distance_mm: float
) -> dict[int, PhaseVolumes]:
    """Volumes at every phase, in order, from the masks (height, width) by (position, phase)."""
    pixel_ml = pixel_volume_ml(spacing_mm, slice_distance_mm)
    found = {}
    for phase in sorted({phase for _, phase in masks}):
        stack = [mask for (_, other), mask in masks.items() if other == phase]
        slices = [label_volumes_ml(mask, pixel_ml) for mask in stack]
        total = {label: math.fsum(one[label] for one in slices) for label in FOREGROUND}
        filled = sum(one[Label.LEFT_VENTRICLE] > 0 for one in slices)
        found[phase] = PhaseVolumes(total, len(stack), filled)
    return found


def find_ed_es(phases: Mapping[int, PhaseVolumes]) -> tuple[int, int] | None:
    """(ED, ES): the phases with the largest and the smallest left ventricle; None where there are not two.

    Phases without any left ventricle were not segmented and cannot be ES.
    """
    sizes = {
        phase: found.ml[Label.LEFT_VENTRICLE]
        for phase, found in phases.items()
        if found.ml[Label.LEFT_VENTRICLE] > 0
    }
    if len(sizes) < 2:
        return None
    return max(sizes, key=lambda phase: sizes[phase]), min(sizes, key=lambda phase: sizes[phase])


def heart_function(phases: Mapping[int, PhaseVolumes], ed_phase: int, es_phase: int) -> HeartFunction:
    """EDV, ESV, SV, EF of both ventricles and LV mass, with ED and ES as given (found or set by a reader)."""
    for phase in (ed_phase, es_phase):
        if phase not in phases:
            raise ValueError(f"phase {phase} has no masks, expected one of {sorted(phases)}")
    ed, es = phases[ed_phase], phases[es_phase]
    ventricles = (Label.LEFT_VENTRICLE, Label.RIGHT_VENTRICLE)
    edv = {label: ed.ml[label] or math.nan for label in ventricles}
    esv = {label: es.ml[label] if ed.ml[label] else math.nan for label in ventricles}
    myocardium_ml = ed.ml[Label.MYOCARDIUM]
    return HeartFunction(
        ed_phase=ed_phase,
        es_phase=es_phase,
        edv_ml=edv,
        esv_ml=esv,
        sv_ml={label: edv[label] - esv[label] for label in ventricles},
        ef_percent={label: ejection_fraction_percent(edv[label], esv[label]) for label in ventricles},
        lv_mass_g=mass_g(myocardium_ml) if myocardium_ml else math.nan,
        warnings=_warnings(ed, es, ed_phase == es_phase),
    )


def ejection_fraction_percent(edv_ml: float, esv_ml: float) -> float:
    """Share of the end-diastolic volume that is pumped out; NaN without an end-diastolic volume.

    >>> ejection_fraction_percent(150.0, 60.0)
    60.0
    """
    return 100 * (edv_ml - esv_ml) / edv_ml if edv_ml > 0 else math.nan


def mass_g(myocardium_ml: float) -> float:
    """Weight of so much heart muscle.

    >>> mass_g(100.0)
    105.0
    """
    return MYOCARDIUM_G_PER_ML * myocardium_ml


def _warnings(ed: PhaseVolumes, es: PhaseVolumes, same: bool) -> tuple[str, ...]:
    found = []
    if same:
        found.append("ED and ES are the same phase, so there is no stroke volume; choose two phases.")
    if ed.n_slices != es.n_slices:
        found.append(
            f"ED has masks on {ed.n_slices} slices and ES on {es.n_slices}; their volumes differ by that."
        )
    for label in (Label.LEFT_VENTRICLE, Label.RIGHT_VENTRICLE):
        name = SHORT_NAMES[label]
        if not ed.ml[label]:
            found.append(f"No {name} is marked at ED, so its volumes are unknown.")
        elif not es.ml[label]:
            found.append(f"No {name} is marked at ES, so its EF reads 100 %; check the ES masks.")
        elif es.ml[label] > ed.ml[label]:
            found.append(f"The {name} is larger at ES than at ED; check the two phases.")
    return tuple(found)
