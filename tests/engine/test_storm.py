"""A database, a bucket, a scheduler and nodes with homes of their own, all failing once within one run."""

from random import Random

import pytest

from benchmarks.fault_rounds.cluster import storm
from tests.workflow.small import cine, save_model

N_PATIENTS = 20  # of nine slices each

pytestmark = pytest.mark.sqlite  # it has a server of its own


@pytest.mark.crash
def test_every_slice_is_done_once_whatever_dies(postgresql, tmp_path):
    checkpoint = save_model(tmp_path / "checkpoints" / "unet-cine.safetensors", "unet-cine", seed=0)
    hearts = [
        cine(f"patient {number}", n_positions=3, n_phases=3, seed=number) for number in range(N_PATIENTS)
    ]
    weathered = storm(tmp_path, hearts, checkpoint.parent, 6, Random(0))
    assert weathered.lost == ()
    assert weathered.tried == 9 * N_PATIENTS
