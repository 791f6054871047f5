"""Every score agrees with MONAI's on the same masks; the only test of scores that loads it."""

import warnings

import numpy as np
import pytest
from scipy import ndimage

from core.labels import FOREGROUND, Label
from core.metrics.scores import score_masks
from core.metrics.surface import hausdorff95_mm, surface_distances

# MONAI warns of an argument that it passes to itself.
pytestmark = pytest.mark.filterwarnings("ignore:.*always_return_as_numpy")

SPACINGS_2D = [(1.0, 1.0), (1.8, 1.8), (1.37, 2.1)]
# MONAI takes the percentile in float32: the rank of 0.95 among hundreds of pixels is then off by about 1e-5.
FLOAT32_RANK = 1e-4


def blobs(seed: int, shape: tuple[int, ...], smoothing: float) -> np.ndarray:
    """Labels 0 to 3 in patches; pure noise where smoothing is 0."""
    noise = np.random.default_rng(seed).normal(size=(4, *shape))
    planes = np.stack([ndimage.gaussian_filter(plane, smoothing) / plane.std() for plane in noise])
    planes[0] += 0.3 * planes.std()
    return planes.argmax(axis=0).astype(np.uint8)


def one_hot(mask: np.ndarray):
    import torch

    return torch.nn.functional.one_hot(torch.from_numpy(mask).long(), 4).movedim(-1, 0)[None].float()


def monai_scores(reference: np.ndarray, prediction: np.ndarray, spacing_mm: tuple[float, ...]) -> dict:
    """Metric name -> one value for each of the four labels; distances for the heart labels alone."""
    from monai.metrics import (
        HausdorffDistanceMetric,
        SurfaceDistanceMetric,
        compute_confusion_matrix_metric,
        compute_dice,
        compute_iou,
        get_confusion_matrix,
    )

    truth, guess = one_hot(reference), one_hot(prediction)
    confusion = get_confusion_matrix(guess, truth)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of empty masks, which are meant here
        hd95 = HausdorffDistanceMetric(percentile=95)(guess, truth, spacing=spacing_mm)
        mean = SurfaceDistanceMetric(symmetric=True)(guess, truth, spacing=spacing_mm)
    return {
        "dice": compute_dice(guess, truth)[0].numpy(),
        "iou": compute_iou(guess, truth)[0].numpy(),
        "accuracy": compute_confusion_matrix_metric("accuracy", confusion)[0].numpy(),
        "precision": compute_confusion_matrix_metric("precision", confusion)[0].numpy(),
        "recall": compute_confusion_matrix_metric("sensitivity", confusion)[0].numpy(),
        "hd95_mm": hd95[0].numpy(),
        "mean_surface_distance_mm": mean[0].numpy(),
    }


def assert_agree(reference: np.ndarray, prediction: np.ndarray, spacing_mm: tuple[float, ...]) -> None:
    theirs = monai_scores(reference, prediction, spacing_mm)
    for found in score_masks(reference, prediction, spacing_mm):
        for metric, values in theirs.items():
            if metric.endswith("_mm"):
                if found.label is Label.BACKGROUND:
                    continue
                value = values[FOREGROUND.index(found.label)]
            else:
                value = values[found.label]
            ours = found.scores[metric]
            tolerance = FLOAT32_RANK if metric == "hd95_mm" else 1e-6
            expected = pytest.approx(float(value), rel=tolerance, abs=tolerance, nan_ok=True)
            assert ours == expected, f"{metric} of {found.label}"
    for label in FOREGROUND:
        if (reference == label).any() and (prediction == label).any():
            expected = monai_hd95_in_double(reference == label, prediction == label, spacing_mm)
            ours = surface_distances(reference == label, prediction == label, spacing_mm)
            assert hausdorff95_mm(ours) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def monai_hd95_in_double(
    reference: np.ndarray, prediction: np.ndarray, spacing_mm: tuple[float, ...]
) -> float:
    """MONAI's outlines and distances, with the percentile taken in double precision."""
    import torch
    from monai.metrics.utils import get_edge_surface_distance

    _, distances, _ = get_edge_surface_distance(
        torch.from_numpy(prediction), torch.from_numpy(reference), spacing=spacing_mm, symmetric=True
    )
    return max(float(np.percentile(one.double().numpy(), 95)) for one in distances)


@pytest.mark.parametrize("spacing_mm", SPACINGS_2D)
@pytest.mark.parametrize("smoothing", [0, 1, 4], ids=["noise", "crumbs", "patches"])
def test_slices_agree_with_monai(smoothing, spacing_mm):
    for seed in range(4):
        reference, prediction = blobs(seed, (48, 40), smoothing), blobs(seed + 100, (48, 40), smoothing)
        # A prediction that mostly follows the reference, as a network's does.
        mixed = np.where(np.random.default_rng(seed).random(reference.shape) < 0.8, reference, prediction)
        assert_agree(reference, prediction, spacing_mm)
        assert_agree(reference, mixed, spacing_mm)


def test_volumes_agree_with_monai():
    for seed in range(3):
        reference, prediction = blobs(seed, (6, 30, 34), 2), blobs(seed + 100, (6, 30, 34), 2)
        assert_agree(reference, prediction, (8.0, 1.4, 1.7))


def test_labels_at_the_border_of_the_image_agree_with_monai():
    reference = np.zeros((12, 12), np.uint8)
    prediction = reference.copy()
    reference[:4], reference[8:] = 1, 3
    prediction[:5], prediction[9:] = 1, 3
    reference[5:7, :6], prediction[6:8, 3:] = 2, 2
    assert_agree(reference, prediction, (1.5, 1.2))


def test_a_label_that_was_invented_has_dice_0_where_monai_leaves_it_out():
    reference, prediction = np.zeros((2, 8, 8), np.uint8)
    reference[2:4, 2:4] = 3
    prediction[2:4, 5:7] = 1
    theirs = monai_scores(reference, prediction, (1.0, 1.0))["dice"].tolist()
    ours = [found.scores["dice"] for found in score_masks(reference, prediction, (1.0, 1.0))]
    assert ours[0] == pytest.approx(theirs[0])
    assert ours[1:] == pytest.approx([0, np.nan, 0], nan_ok=True)
    assert theirs[1:] == pytest.approx([np.nan, np.nan, 0], nan_ok=True)
