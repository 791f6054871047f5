"""Predict files into files, with no store: any import format in, masks in their source's geometry out."""

from collections.abc import Iterator
from pathlib import Path

from core.errors import BadCheckpoint, SeptumError
from core.imaging.export import mask_file_name, write_masks
from core.imaging.found import FileProblem, Limits
from core.imaging.reading import find_series
from core.records import FileResult, Series
from core.settings import settings


def predict_files(
    source: Path,
    output: Path,
    model: str = "",
    *,
    device: str = "auto",
    batch: int = 16,
    spacing_mm: float | None = None,
    remove_islands: bool = False,
    flips: bool = False,
) -> Iterator[FileResult]:
    """Yield one result a series; masks that lie beside the images are left alone.

    Args:
        source: a file, folder or zip in any import format.
        output: folder for the masks; made when it is not there.
        model: name of a shipped model or path of a checkpoint; empty takes the default.
        device: auto, cpu or cuda.
        batch: most slices that go through the network at once.
        spacing_mm: pixel size of images that carry none.
        remove_islands: keep only the largest piece of every label.
        flips: average each slice with its mirror images; four times the work.

    Raises:
        BadCheckpoint: when there is no such model.
    """
    from core.network.predict import Predictor  # torch takes seconds to load

    predictor = Predictor(find_checkpoint(model), device, flips=flips, remove_islands=remove_islands)
    written: dict[str, str] = {}
    for found in find_series([source], spacing_mm, limits=import_limits()):
        if isinstance(found, FileProblem):
            # A mask without its image is no bad input here: there is nothing to predict in it.
            if "without its image" not in found.message:
                yield FileResult(found.file, "refused", found.message)
            continue
        stem = output_stem(found)
        name = mask_file_name(found.geometry, stem)
        if name in written:
            yield FileResult(
                found.name,
                "refused",
                f"{found.slices[0].source} would overwrite {name} of {written[name]}; "
                "predict the two into different folders",
            )
            continue
        written[name] = found.slices[0].source
        try:
            spacing = found.geometry.spacing_mm or (1.8, 1.8)
            images = [item.pixels for item in found.slices]
            predictions = predictor.predict(images, [spacing] * len(images), batch)
            masks = {
                (item.position, item.phase): prediction.mask
                for item, prediction in zip(found.slices, predictions, strict=True)
            }
            path = write_masks(found.geometry, masks, stem, output)
        except SeptumError as error:
            yield FileResult(found.slices[0].source, "refused", str(error))
            continue
        count = f"{len(images)} slices" if len(images) > 1 else "1 slice"
        yield FileResult(found.slices[0].source, "predicted", f"{count} -> {path.name}")


def output_stem(series: Series) -> str:
    """The name a series' mask goes by: the source file's stem, or the patient and series of a DICOM."""
    if series.geometry.format != "dicom":
        name = series.slices[0].source
        for ending in (".nii.gz", ".nii"):
            if name.lower().endswith(ending):
                return name[: -len(ending)]
        return Path(name).stem
    return "_".join(safe_name(part) for part in (series.patient, series.name) if part)


def safe_name(text: str) -> str:
    """Text as part of a file name: nothing in it can lead to another folder.

    >>> safe_name("../SAX cine/1")
    '__SAX_cine_1'
    """
    cleaned = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in text)
    return cleaned.replace("..", "_")[:100]


def find_checkpoint(model: str = "") -> Path:
    """The file of a model: a path, or a name among the shipped ones; empty means the default.

    Raises:
        BadCheckpoint: when there is none, naming those that there are.
    """
    wanted = model or settings().default_model
    folder = settings().checkpoints
    for path in (Path(wanted), folder / f"{wanted}.safetensors"):
        if path.is_file():
            return path
    names = ", ".join(sorted(path.stem for path in folder.glob("*.safetensors"))) or "none"
    raise BadCheckpoint(
        f"there is no model {wanted!r}; shipped are {names}, or give the path of a checkpoint"
    )


def import_limits() -> Limits:
    """The limits on hostile files, as set from outside."""
    chosen = settings()
    return Limits(
        max_pixels=chosen.max_pixels,
        max_file_bytes=chosen.max_upload_mb * 1_000_000,
        max_unpacked_bytes=chosen.max_unpacked_mb * 1_000_000,
        max_ratio=chosen.max_ratio,
        max_slices=chosen.max_slices,
    )
