"""However hearts come in, in whatever order and portions: one heart is one patient, on one side alone."""

import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.records.results import FileResult
from core.store.database import open_store
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, slice_pixels
from core.workflow.importing.import_files import import_paths
from tests.imaging.small import write_nifti, write_png
from tests.workflow.small import import_sent

pytestmark = pytest.mark.usefixtures("home")

SHAPE = (5, 6)  # columns and rows, as small as a heart may be
NUMBER = (
    1000  # what a heart's number is added to in its first pixel, by which it is known whatever it is called
)
LABELS = np.array([[0, 2, 2, 2, 0], [1, 2, 3, 2, 0], [1, 2, 3, 2, 0], [0, 2, 2, 2, 0]], np.uint8)
Heart = tuple[int, random.Random]  # its number, and what draws how many files it has
Layout = Callable[[Path, Heart], None]


def pixels(heart: int, phase: int, n_positions: int) -> np.ndarray:
    """(columns, rows, positions) int16 of a heart, whose number stands in the first pixel of each slice."""
    volume = np.random.default_rng((heart, phase)).integers(10, 900, (*SHAPE, n_positions)).astype(np.int16)
    volume[0, 0] = NUMBER + heart
    return volume


def mask(n_positions: int) -> np.ndarray:
    volume = np.zeros((*SHAPE, n_positions), np.uint8)
    volume[:, 1:5] = LABELS.T[..., None]
    return volume


def pair(image: Path, label: Path, heart: Heart, phase: int, n_positions: int = 2) -> None:
    """A volume, and in some labs its mask."""
    number, draw = heart
    write_nifti(image, pixels(number, phase, n_positions))
    if draw.random() < 0.5:
        write_nifti(label, mask(n_positions))


def cine(path: Path, heart: Heart, n_phases: int = 4) -> None:
    beat = np.stack([pixels(heart[0], phase, 2) for phase in range(n_phases)], -1)
    write_nifti(path, beat, (1.5, 1.25, 8.0, 40.0))


def acdc(lab: Path, heart: Heart) -> None:
    number, draw = heart
    patient = f"patient{number:03}"
    frames = sorted(draw.sample(range(4), draw.randint(1, 2)))
    for phase in frames:
        stem = f"{patient}_frame{phase + 1:02}"
        pair(lab / patient / f"{stem}.nii.gz", lab / patient / f"{stem}_gt.nii.gz", heart, phase)
    if draw.random() < 0.5:
        cine(lab / patient / f"{patient}_4d.nii.gz", heart)


def mms(lab: Path, heart: Heart) -> None:
    number, draw = heart
    letters = "ABCDEFGHIJ"
    code = f"{letters[number // 100]}{number % 10}{letters[number // 10 % 10]}0{letters[number % 10]}7"
    for phase, name in enumerate(draw.choice((("ED", "ES"), ("ED",), ("ES",)))):
        pair(
            lab / code / f"{code}_sa_{name}.nii.gz", lab / code / f"{code}_sa_{name}_gt.nii.gz", heart, phase
        )
    if draw.random() < 0.5:
        cine(lab / code / f"{code}_sa.nii.gz", heart)


def mms2(lab: Path, heart: Heart) -> None:
    number, draw = heart
    folder = lab / f"{number:03}"
    for view, n_positions in (("SA", 3), ("LA", 1))[: draw.randint(1, 2)]:
        for phase, name in enumerate(("ED", "ES")):
            stem = f"{number:03}_{view}_{name}"
            shown = phase + 10 * n_positions
            pair(folder / f"{stem}.nii.gz", folder / f"{stem}_gt.nii.gz", heart, shown, n_positions)


def uk_biobank(lab: Path, heart: Heart) -> None:
    number, draw = heart
    folder = lab / f"{1000200 + number}"
    for phase, name in enumerate(draw.choice((("ED", "ES"), ("ES", "ED"), ("ED",)))):
        pair(folder / f"sa_{name}.nii.gz", folder / f"label_sa_{name}.nii.gz", heart, phase)
    if draw.random() < 0.5:
        cine(folder / "sa.nii.gz", heart)
    if draw.random() < 0.3:
        write_nifti(folder / "la_4ch.nii.gz", pixels(number, 99, 1))


def pictures(lab: Path, heart: Heart) -> None:
    number, draw = heart
    for frame in (1, 9)[: draw.randint(1, 2)]:
        for position in range(draw.randint(1, 3)):
            stem = f"patient{number:03}_frame{frame:02}_slice_{position}"
            picture = (pixels(number, 10 * frame + position, 1)[..., 0].T // 8).astype(np.uint8)
            picture[0, 0] = number
            write_png(lab / f"{stem}.png", picture)
            if draw.random() < 0.5:
                write_png(lab / f"{stem}_gt.png", mask(1)[..., 0].T)


def nnunet(lab: Path, heart: Heart) -> None:
    number, draw = heart
    for phase, frame in enumerate((1, 12)[: draw.randint(1, 2)]):
        case = f"patient{number:03}_frame{frame:02}"
        pair(lab / "imagesTr" / f"{case}_0000.nii.gz", lab / "labelsTr" / f"{case}.nii.gz", heart, phase)


def one_folder_a_patient(lab: Path, heart: Heart) -> None:
    number, draw = heart
    folder = lab / draw.choice((f"patient_{number}", f"subject {number}"))
    for phase, name in enumerate(("ED", "ES")[: draw.randint(1, 2)]):
        pair(folder / f"image_{name}.nii.gz", folder / f"label_{name}.nii.gz", heart, phase)


def bids(lab: Path, heart: Heart) -> None:
    number, draw = heart
    for session in range(1, 1 + draw.randint(1, 2)):
        stem = f"sub-{number}_ses-{session}_cine"
        folder = lab / f"sub-{number}" / f"ses-{session}" / "anat"
        pair(folder / f"{stem}.nii.gz", folder / f"{stem}_seg.nii.gz", heart, session)


LAYOUTS = (acdc, mms, mms2, uk_biobank, pictures, nnunet, one_folder_a_patient, bids)


def portions(lab: Path, draw: random.Random) -> list[list[FileResult]]:
    """Import the lab's files in one of the ways that people have, some of them several times."""
    files = sorted(file for file in lab.rglob("*") if file.is_file())
    tops = sorted(lab.iterdir())
    draw.shuffle(files)
    draw.shuffle(tops)
    way = draw.choice(("all at once", "a folder or file after the other", "dropped in two parts"))
    if way == "all at once":
        return [list(import_paths([lab]))]
    if way == "a folder or file after the other":
        return [list(import_paths([top])) for top in tops] + [list(import_paths([lab]))]
    cut = draw.randint(1, len(files))
    parts = [files[:cut], files[cut:], files[:1]]
    return [
        list(import_sent([(str(file.relative_to(lab.parent)), file.read_bytes()) for file in part]))
        for part in parts
        if part
    ]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_one_heart_is_one_patient_on_one_side_and_no_patient_is_two_hearts(lab, layout: Layout, seed):
    draw = random.Random(f"{layout.__name__} {seed}")
    hearts = sorted(draw.sample(range(1, 120), draw.randint(4, 6)))
    for number in hearts:
        layout(lab, (number, draw))
    results = [result for portion in portions(lab, draw) for result in portion]
    problems = [result for result in results if result.outcome == "question"]
    assert not problems, problems
    patients, sides, owners = defaultdict(set), defaultdict(set), defaultdict(set)
    store = open_store()
    for row in list_slices(store, Filter(), limit=None):
        first = int(slice_pixels(store, row)[0, 0])
        heart = first - NUMBER if first >= NUMBER else first
        patients[heart].add(row.patient)
        sides[heart].add(row.split)
        owners[row.patient].add(heart)
    assert sorted(patients) == hearts
    assert {heart: names for heart, names in patients.items() if len(names) > 1} == {}
    assert {heart: splits for heart, splits in sides.items() if len(splits) > 1} == {}
    assert {name: of for name, of in owners.items() if len(of) > 1} == {}
