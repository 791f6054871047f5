"""Memory that runs out is one sentence, whoever says it and however."""

import numpy as np
import pytest
import torch

from core.cli import app as command_line
from core.errors import OutOfMemory, one_memory_error


def too_much_for_numpy() -> None:
    np.zeros(1 << 55, np.uint8)


def too_much_for_torch() -> None:
    torch.empty(1 << 50)


def too_much_for_a_gpu() -> None:
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.\nGPU 0 has a total of ...")


@pytest.mark.parametrize(
    ("work", "where"),
    [
        (too_much_for_numpy, "the machine ran out"),
        (too_much_for_torch, "the machine ran out"),
        (too_much_for_a_gpu, "the GPU ran out"),
    ],
)
def test_every_way_in_which_memory_runs_out_is_one_sentence(work, where):
    with pytest.raises(OutOfMemory, match=where) as told, one_memory_error():
        work()
    assert "\n" not in str(told.value)


def test_other_errors_stay_what_they_are():
    with pytest.raises(RuntimeError, match="shapes differ"), one_memory_error():
        raise RuntimeError("shapes differ")


def test_a_command_that_runs_out_of_memory_says_so_without_a_traceback(monkeypatch, capsys):
    monkeypatch.setattr(command_line, "app", too_much_for_torch)
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("the machine ran out of memory; ")
