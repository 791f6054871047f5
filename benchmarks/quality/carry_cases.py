"""The patients on which carrying is measured, with what a network says that never saw them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from core.editing.carry.carry import Corrected
from core.editing.spread.distance import Spacing
from core.imaging.processing.islands import without_islands
from core.imaging.reading import find_series
from core.network.predict import Predictor
from core.records.slices import Series, Split


@dataclass(frozen=True, eq=False)
class Phase:
    """One phase of a patient, (positions, ...)."""

    pixels: np.ndarray
    masks: np.ndarray
    probabilities: np.ndarray | None  # (positions, 4, height, width) uint8 in steps of 1/255
    mm: Spacing

    def told(self, place: int) -> np.ndarray | None:
        """What the network says of a slice, (4, height, width)."""
        return None if self.probabilities is None else self.probabilities[place].astype(np.float32) / 255

    def corrected(self, place: int) -> Corrected:
        """A slice with its true mask."""
        return Corrected(self.pixels[place], self.masks[place], self.told(place))

    def network_masks(self) -> np.ndarray | None:
        """The network's own masks, without small islands."""
        if self.probabilities is None:
            return None
        return np.stack(
            [without_islands(one.argmax(axis=0).astype(np.uint8), self.mm) for one in self.probabilities]
        )


@dataclass(frozen=True, eq=False)
class Volume:
    """A patient at ED and ES."""

    patient: str
    ed: Phase
    es: Phase
    mm: Spacing


@dataclass(frozen=True, eq=False)
class CineSlice:
    """A position of a cine from ED to ES."""

    name: str
    pictures: list[np.ndarray]
    ed_mask: np.ndarray
    es_mask: np.ndarray
    mm: Spacing


def volumes_in(folder: Path, networks: list[str], kept: Path | None) -> Iterator[Volume]:
    """The training patients of a folder, every fourth first, so that what is done early stands for all."""
    found = [one for one in find_series([folder]) if isinstance(one, Series) and one.split == Split.TRAIN]
    for start in range(4):
        for series in sorted(found, key=lambda one: one.patient)[start::4]:
            mm = series.geometry.spacing_mm
            assert mm is not None
            said = predictions(series, networks, kept)
            ed, es = (phase_of(series, phase, said, mm) for phase in (0, 1))
            yield Volume(series.patient, ed, es, mm)


def phase_of(series: Series, phase: int, said: dict[int, np.ndarray], mm: Spacing) -> Phase:
    """One phase of a series."""
    slices = sorted((one for one in series.slices if one.phase == phase), key=lambda one: one.position)
    masks = np.stack([one.mask for one in slices if one.mask is not None])
    return Phase(np.stack([one.pixels for one in slices]), masks, said.get(phase), mm)


def predictions(series: Series, networks: list[str], kept: Path | None) -> dict[int, np.ndarray]:
    """Probabilities by phase of the first network that did not learn from the patient; none without one."""
    unseen = [
        Path(checkpoint)
        for checkpoint, _, learnt in (one.partition("=") for one in networks)
        if not (Path(learnt) / series.patient).exists()
    ]
    if not unseen:
        return {}
    file = kept / f"{series.patient}.npz" if kept else None
    if file is not None and file.exists():
        with np.load(file) as arrays:
            return {phase: arrays[str(phase)] for phase in (0, 1)}
    mm = series.geometry.spacing_mm
    assert mm is not None
    predictor, said = Predictor(unseen[0], "cpu", threads=1), {}
    for phase in (0, 1):
        slices = sorted((one for one in series.slices if one.phase == phase), key=lambda one: one.position)
        told = predictor.predict([one.pixels for one in slices], [mm] * len(slices), 1)
        said[phase] = np.round(255 * np.stack([one.probabilities for one in told])).astype(np.uint8)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(file, **{str(phase): told for phase, told in said.items()})  # type: ignore[arg-type]
    return said


def cine_slices(folder: Path) -> Iterator[CineSlice]:
    """The positions of the Sunnybrook patient with masks at ED and ES; nobody drew the right ventricle."""
    rows = list(csv.DictReader((folder / "labelled" / "index.csv").open()))
    (series,) = (one for one in find_series([folder / "SCD0000101"]) if isinstance(one, Series))
    mm = series.geometry.spacing_mm
    assert mm is not None
    places = {one.source.rpartition("/")[2]: one for one in series.slices}
    pictures = {(one.position, one.phase): one.pixels for one in series.slices}
    n_phases = 1 + max(one.phase for one in series.slices)
    for number in dict.fromkeys(row["slice_number"] for row in rows):
        of_phase = {row["phase"]: row for row in rows if row["slice_number"] == number}
        if set(of_phase) != {"ED", "ES"}:
            continue
        ed, es = (places[of_phase[name]["dicom"]] for name in ("ED", "ES"))
        there = range(ed.phase, ed.phase + (es.phase - ed.phase) % n_phases + 1)
        ed_mask, es_mask = (mask_of(folder, of_phase[name]["image"]) for name in ("ED", "ES"))
        yield CineSlice(
            number, [pictures[ed.position, phase % n_phases] for phase in there], ed_mask, es_mask, mm
        )


def mask_of(folder: Path, image: str) -> np.ndarray:
    """A mask as it came, (height, width) of labels."""
    return np.asarray(Image.open(folder / "labelled" / "mask" / f"{image}_mask.png"))
