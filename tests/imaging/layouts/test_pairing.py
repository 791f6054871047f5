"""Which file is a mask, and of which image."""

from pathlib import PurePosixPath

import pytest

from core.imaging.files.sources import Source
from core.imaging.layouts.pairing import mask_stem, pair_masks, phase_of, phases_of_cines


def sources(*names: str) -> list[Source]:
    return [Source(PurePosixPath("given", name), bytes) for name in names]


def paired(*names: str) -> dict[str, str | None]:
    """The mask's path of each image's."""
    pairs = pair_masks(sources(*names)).pairs
    return {pair.image.shown: pair.mask.shown if pair.mask else None for pair in pairs}


@pytest.mark.parametrize(
    ("image", "mask"),
    [
        ("cmr1.png", "cmr1_mask.png"),
        ("cmr1.tif", "cmr1_masks.tif"),
        ("x.nii.gz", "x_gt.nii.gz"),
        ("x.nii.gz", "x_seg.nii.gz"),
        ("x.nii.gz", "x_segmentation.nii.gz"),
        ("x.nii.gz", "X_Label.nii.gz"),
        ("x.nii.gz", "label_x.nii.gz"),
        ("x.nii.gz", "seg_x.nii.gz"),
        ("p/image_ED.nii.gz", "p/label_ED.nii.gz"),
        ("p/sa_ED.nii.gz", "p/label_sa_ED.nii.gz"),
        ("image/a.png", "mask/a.png"),
        ("images/a.png", "masks/a_mask.png"),
        ("train/image/a.png", "train/mask/a_mask.png"),
        ("img/a.png", "gt/a.png"),
        ("imagesTr/c_0000.nii.gz", "labelsTr/c.nii.gz"),
        ("imagesTs/c_0000.nii.gz", "labelsTs/c.nii.gz"),
        ("x.nii.gz", "labels/final/x.nii.gz"),
        ("a.png", "mask/a.png"),
        ("images/p1/a.nii.gz", "labels/p1/a.nii.gz"),
        ("p1/images/a.nii.gz", "p1/labels/a.nii.gz"),
    ],
)
def test_a_mask_finds_its_image(image, mask):
    assert paired(image, mask) == {image: mask}


def test_of_two_stages_of_a_label_the_final_one_counts():
    names = ("x.nii.gz", "labels/original/x.nii.gz", "labels/final/x.nii.gz")
    assert paired(*names) == {"x.nii.gz": "labels/final/x.nii.gz"}
    assert pair_masks(sources(*names)).second == []


def test_a_second_mask_of_one_image_is_told():
    found = pair_masks(sources("x.png", "x_mask.png", "x_gt.png"))
    assert len(found.second) == 1
    assert {one.file for one in found.second[0]} == {"x_mask.png", "x_gt.png"}


def test_a_mask_goes_with_both_images_of_its_name():
    assert set(paired("a.png", "a.nii.gz", "a_mask.png").values()) == {"a_mask.png"}


def test_masks_of_two_folders_do_not_cross():
    found = paired("p1/image_ED.nii.gz", "p1/label_ED.nii.gz", "p2/image_ED.nii.gz", "p2/label_ED.nii.gz")
    assert found == {f"p{n}/image_ED.nii.gz": f"p{n}/label_ED.nii.gz" for n in (1, 2)}


@pytest.mark.parametrize(
    "name", ["x_pred.nii.gz", "unlabelled.png", "masked.png", "segment.png", "imagesTr/a.png"]
)
def test_other_names_are_images(name):
    assert mask_stem(sources(name)[0]) is None


def test_masks_of_frames_go_to_the_cine_where_the_frames_are_not_there():
    images = sources("patient001_4d.nii.gz", "1000211/sa.nii.gz")
    masks = sources("patient001_frame01_gt.nii.gz", "1000211/label_sa_ES.nii.gz", "other_gt.nii.gz")
    found, rest = phases_of_cines(masks, images)
    named = {name: [(mask.file, phase) for mask, phase in some] for name, some in found.items()}
    assert named == {
        "given/patient001_4d.nii.gz": [("patient001_frame01_gt.nii.gz", "frame01")],
        "given/1000211/sa.nii.gz": [("label_sa_ES.nii.gz", "ES")],
    }
    assert [mask.file for mask in rest] == ["other_gt.nii.gz"]


def test_a_masks_name_tells_its_phase():
    names = ("patient001_frame12_gt", "label_sa_ED", "cmr1_mask")
    assert [phase_of(name) for name in names] == ["frame12", "ED", ""]
