"""A synthetic cine: a short-axis stack of a beating heart with known volumes, for the demo and the tests."""

import math
from dataclasses import dataclass

import numpy as np

from core.imaging.phantom.anatomy import HeartShape, contraction, section
from core.imaging.phantom.pixel_grid import place_heart
from core.imaging.phantom.tissue import Scene, render
from core.records.slices import Geometry, Series, Slice


@dataclass(frozen=True, eq=False)
class Phantom:
    """A series with its reference masks, and the volumes that it was made with."""

    series: Series
    edv_ml: float
    esv_ml: float


def beating_heart(
    seed: int = 0,
    n_positions: int = 10,
    n_phases: int = 20,
    size: int = 160,
    spacing_mm: float = 1.5,
    slice_distance_mm: float = 9.0,
    patient: str = "",
) -> Phantom:
    """Return a short-axis cine stack, base first, end-diastole in phase 0, the same for the same seed."""
    shape = HeartShape.drawn(seed)
    slices, volumes = [], np.zeros(n_phases)
    for position in range(n_positions):
        depth = (position + 0.5) * slice_distance_mm
        scene = Scene(seed, position, size, spacing_mm)
        for phase in range(n_phases):
            beat = contraction(phase / n_phases)
            outlines = section(shape, depth, beat)
            volumes[phase] += math.pi * outlines.lv_radius**2 * slice_distance_mm / 1000
            heart = place_heart(shape, outlines, size, spacing_mm, scene.uneven)
            slices.append(
                Slice(
                    position,
                    phase,
                    render(scene, heart, phase),
                    mask=heart.labels,
                    trigger_time_ms=phase * 850 / n_phases,
                    source=f"phantom{seed}",
                )
            )
    geometry = Geometry(
        format="npy",
        shape=(n_positions, n_phases, size, size),
        spacing_mm=(spacing_mm, spacing_mm),
        slice_distance_mm=slice_distance_mm,
    )
    series = Series(
        patient=patient or f"phantom{seed}",
        name="short axis cine",
        geometry=geometry,
        slices=tuple(slices),
        notes=("a synthetic heart, not a patient",),
        group="synthetic",
    )
    return Phantom(series, float(volumes.max()), float(volumes.min()))
