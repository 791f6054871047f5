"""What the campaign tries: each kind makes an input out of a seed, hands it in and says what came of it."""

import json
import struct
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from benchmarks.fuzzing.payloads import Json, altered
from core.editing.editor_codec import decode_runs, encode_runs, read_edit
from core.errors import SeptumError
from core.imaging.deidentification.pseudonyms import Deidentifier
from core.imaging.dicom.files import DicomFiles
from core.imaging.files.sources import Source
from core.imaging.layouts.tables import read_tables
from core.imaging.problems import FileProblem
from core.limits import Limits
from core.recipes.checkpoint_header import CONFIG_KEY, parse_header
from core.recipes.model import ModelConfig
from tests.imaging.changed_files import changed, read, require_sentence, write
from tests.imaging.originals import Original, originals

Seed = tuple[int, ...]
SHAPE = (24, 20)
DOCUMENT = "slice-1"


@dataclass(frozen=True)
class Target:
    """One kind of input."""

    tried: Callable[[Seed], str]  # read, asked or refused; whatever it raises is a finding
    weight: int = 1  # how many inputs it gets for each of a kind of file
    files: Callable[[Seed], dict[str, bytes]] | None = None  # what was handed in, to be kept


def targets() -> dict[str, Target]:
    """Every kind, by its name."""
    kinds = originals()
    tables = {name: kinds[name] for name in ("csv", "dataset.json", "Info.cfg")}
    dicoms = {name: one for name, one in kinds.items() if name.startswith("DICOM") and not one.beside}
    return {
        **{name: _of_files(original) for name, original in kinds.items()},
        **{f"{name}, read alone": _of_table(original) for name, original in tables.items()},
        **{f"{name}, in memory": _of_dicom(original) for name, original in dicoms.items()},
        **{f"{name}, tags": _of_dicom(_fields(original)) for name, original in dicoms.items()},
        "edit of a mask": _judged(_edit, 60),
        "run lengths of a mask": _judged(_runs, 40),
        "model file": _judged(_model_bytes, 60),
        "model file, numbers put right": _judged(_model_words, 40),
        "model configuration": _judged(_configuration, 40),
    }


def _of_files(original: Original) -> Target:
    def files(seed: Seed) -> dict[str, bytes]:
        return original.files(changed(original, seed))

    def tried(seed: Seed) -> str:
        with tempfile.TemporaryDirectory(prefix="fuzz-", dir=quick_folder()) as folder:
            write(Path(folder), files(seed))
            return read(Path(folder))

    return Target(tried, 1, files)


def quick_folder() -> str | None:
    """Where files never reach a disk; None where there is no such place."""
    shared = Path("/dev/shm")
    return str(shared) if shared.is_dir() else None


def _of_table(original: Original) -> Target:
    """A table without images, asked for everything that it may say."""

    def tried(seed: Seed) -> str:
        content = changed(original, seed)
        table = read_tables([Source(PurePosixPath("given", original.changed), lambda: content)])
        for note in table.notes:
            require_sentence(note)
        for name in ("cmr1.png", "imagesTr/p1_0000.nii", "patient001/patient001_frame01.nii"):
            place = PurePosixPath("given", name)
            image = table.image(place)
            for patient in ("anna", image.patient, "patient001"):
                str(table.patient(patient, place)).encode()
            table.numbering_for(place)
        return "refused" if table.notes else "read"

    return Target(tried, 8, lambda seed: {original.changed: changed(original, seed)})


def _fields(original: Original) -> Original:
    return Original(original.changed, original.content, fields=True)


def _of_dicom(original: Original) -> Target:
    """A DICOM file that never lies on a disk."""

    def tried(seed: Seed) -> str:
        content = changed(original, seed)
        source = Source(PurePosixPath("given", "1.dcm"), lambda: content, n_bytes=len(content))
        found = DicomFiles(Limits(), deidentifier=Deidentifier(b"0" * 32))
        try:
            found.add(source)
        except SeptumError as error:
            require_sentence(str(error))
            return "refused"
        problems = [one for one in found.series() if isinstance(one, FileProblem)]
        for problem in problems:
            require_sentence(problem.message)
        return "refused" if problems else "read"

    return Target(tried, 2, lambda seed: {"1.dcm": changed(original, seed)})


def _judged(tried: Callable[[np.random.Generator], None], weight: int) -> Target:
    """Something that takes what is right and raises a sentence for what is not."""

    def judged(seed: Seed) -> str:
        try:
            tried(np.random.default_rng(seed))
        except SeptumError as error:
            require_sentence(str(error)[:400])
        else:
            return "read"
        return "refused"

    return Target(judged, weight)


def _mask(random: np.random.Generator) -> np.ndarray:
    return random.integers(0, 4, SHAPE, np.uint8).repeat(2, axis=1)[:, : SHAPE[1]]


def _edit(random: np.random.Generator) -> None:
    payload: dict[str, Json] = {
        "document": DOCUMENT,
        "revision": 3,
        "tab": "tab-1",
        "seq": 4,
        "since": 2,
        "since_tab": "tab-2",
        "height": SHAPE[0],
        "width": SHAPE[1],
        "seconds": 1.5,
        "runs": list(encode_runs(_mask(random))),
    }
    sent = altered(payload, random)
    edit = read_edit(sent, document=DOCUMENT, revision=3, shape=SHAPE)
    edit.tab.encode()
    assert edit.mask.shape == SHAPE
    assert edit.mask.max() < 4


def _runs(random: np.random.Generator) -> None:
    mask = _mask(random)
    assert np.array_equal(decode_runs(encode_runs(mask), SHAPE), mask)
    found = decode_runs(altered(list(encode_runs(mask)), random), SHAPE)
    assert found.shape == SHAPE
    assert found.max(initial=0) < 4


def _header(configuration: str) -> Mapping[str, Json]:
    return {
        "__metadata__": {CONFIG_KEY: configuration},
        "first.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
        "first.bias": {"dtype": "F32", "shape": [2], "data_offsets": [24, 32]},
    }


def _parsed(header: bytes, n_weights: int) -> None:
    found = parse_header(
        "model.safetensors", struct.pack("<Q", len(header)) + header, 8 + len(header) + n_weights
    )
    found.config.to_json()


def _model_bytes(random: np.random.Generator) -> None:
    header = json.dumps(_header(ModelConfig().to_json())).encode()
    content = changed(
        Original("a", struct.pack("<Q", len(header)) + header), tuple(random.integers(1 << 30, size=2))
    )
    parse_header(
        "model.safetensors", content, int(len(content) + random.choice([0, 32, 31, 1 << 40]))
    ).config.to_json()


def _model_words(random: np.random.Generator) -> None:
    _parsed(json.dumps(altered(dict(_header(ModelConfig().to_json())), random)).encode(), 32)


def _configuration(random: np.random.Generator) -> None:
    card: Json = json.loads(
        ModelConfig(name="a", training={"loss": "dice"}, data={"training_slices": ["p/s/1/2"]}).to_json()
    )
    _parsed(json.dumps(_header(json.dumps(altered(card, random)))).encode(), 32)
