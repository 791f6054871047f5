"""A small beating heart with its masks, written in each format that hearts come in."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import nibabel as nib
import numpy as np
from PIL import Image

from core.imaging.phantom.cine import beating_heart
from core.labels import Label
from core.records.slices import Series
from tests.imaging.dicom.drawn import dicom, write

N_POSITIONS, N_PHASES, SIZE, MM, APART = 5, 8, 64, 2.5, 10.0
ED, ES = 0, 3  # of the phantom's beat


@cache
def heart(seed: int = 0) -> Series:
    """The heart; its masks are the truth."""
    return beating_heart(seed, N_POSITIONS, N_PHASES, SIZE, MM, APART).series


def planes(seed: int, *, masks: bool) -> np.ndarray:
    """(phases, positions, height, width) of images or masks."""
    stack = np.zeros((N_PHASES, N_POSITIONS, SIZE, SIZE), np.uint8 if masks else np.uint16)
    for item in heart(seed).slices:
        stack[item.phase, item.position] = item.mask if masks else item.pixels
    return stack


def true_figures(seed: int = 0, ed: int = ED, es: int = ES) -> dict[str, float]:
    """Volumes, EF and mass counted pixel by pixel."""
    pixel_ml = MM * MM * APART / 1000
    masks = planes(seed, masks=True)
    ml = {
        (label, phase): float((masks[phase] == label).sum()) * pixel_ml
        for label in Label
        for phase in (ed, es)
    }
    figures = {"lv_mass_g": 1.05 * ml[Label.MYOCARDIUM, ed]}
    for side, label in (("lv", Label.LEFT_VENTRICLE), ("rv", Label.RIGHT_VENTRICLE)):
        edv, esv = ml[label, ed], ml[label, es]
        figures |= {f"{side}_edv_ml": edv, f"{side}_esv_ml": esv, f"{side}_sv_ml": edv - esv}
        figures[f"{side}_ef_percent"] = 100 * (edv - esv) / edv
    return figures


def save_nifti(path: Path, stack: np.ndarray) -> None:
    """Write (positions, height, width) or (phases, positions, height, width)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    volume = stack.transpose(2, 1, 0) if stack.ndim == 3 else stack.transpose(3, 2, 1, 0)
    image = nib.Nifti1Image(volume, np.diag([MM, MM, APART, 1.0]))
    image.header.set_zooms((MM, MM, APART, 0.04)[: volume.ndim])
    nib.save(image, path)


def write_pair(
    folder: Path, patient: str = "p1", seed: int = 0, *, images: bool = True, masks: bool = True
) -> None:
    """ED and ES in 3-D files of their own, named as ACDC does."""
    for phase in (ED, ES):
        stem = folder / patient / f"{patient}_frame{phase + 1:02}"
        if images:
            save_nifti(stem.with_name(f"{stem.name}.nii.gz"), planes(seed, masks=False)[phase])
        if masks:
            save_nifti(stem.with_name(f"{stem.name}_gt.nii.gz"), planes(seed, masks=True)[phase])


def write_named_pair(folder: Path) -> None:
    """ED and ES in 3-D files called so."""
    for name, phase in (("ED", ED), ("ES", ES)):
        save_nifti(folder / f"p1_{name}.nii.gz", planes(0, masks=False)[phase])
        save_nifti(folder / f"p1_{name}_seg.nii.gz", planes(0, masks=True)[phase])


def write_cine(
    folder: Path, patient: str = "p1", seed: int = 0, *, images: bool = True, masks: bool = True
) -> None:
    """All phases in one 4-D file."""
    if images:
        save_nifti(folder / f"{patient}_sa.nii.gz", planes(seed, masks=False))
    if masks:
        save_nifti(folder / f"{patient}_sa_mask.nii.gz", planes(seed, masks=True))


def write_dicom(folder: Path, *, masks: bool = True) -> None:
    """A file a slice, with a PNG of its mask beside each."""
    for number, item in enumerate(heart(0).slices, start=1):
        data = dicom(item.pixels, position=item.position, phase=item.phase, number=number, PatientID="p1")
        data.PixelSpacing = [MM, MM]
        along = np.array([0.0, 0.6, 0.8]) * APART * item.position
        data.ImagePositionPatient = [round(float(value), 4) for value in along]
        write(folder, f"{number}.dcm", data)
        if masks:
            Image.fromarray(item.mask).save(folder / f"{number}_mask.png")


def masks_in_a_folder(folder: Path) -> None:
    """Masks called as their images are, in a folder that says so."""
    for phase in (ED, ES):
        save_nifti(folder / "labels" / f"p1_frame{phase + 1:02}.nii.gz", planes(0, masks=True)[phase])


FORMATS: dict[str, Callable[[Path], None]] = {
    "ED and ES by frame": write_pair,
    "ED and ES by name": write_named_pair,
    "cine": write_cine,
    "DICOM": write_dicom,
    "masks of ED and ES": lambda folder: write_pair(folder, images=False),
    "mask of a cine": lambda folder: write_cine(folder, images=False),
    "folder of labels": masks_in_a_folder,
}
