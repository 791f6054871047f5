"""Patients are split, never slices."""

import pytest

from core.training.split import split_patients


def test_every_patient_is_on_one_side_only_and_none_is_lost():
    patients = [f"patient{number}" for number in range(20)] * 3
    training, validation = split_patients(patients, 0.2, seed=1)
    assert not training & validation
    assert training | validation == set(patients)
    assert len(validation) == 4


def test_order_of_the_list_does_not_matter_and_the_seed_does():
    patients = [f"patient{number}" for number in range(20)]
    assert split_patients(patients, seed=3) == split_patients(patients[::-1], seed=3)
    assert split_patients(patients, seed=3) != split_patients(patients, seed=4)


def test_two_patients_give_one_each():
    training, validation = split_patients(["a", "b"])
    assert len(training) == len(validation) == 1


def test_one_patient_cannot_validate_itself():
    with pytest.raises(ValueError, match="at least 2 patients"):
        split_patients(["a", "a"])
