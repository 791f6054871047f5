"""When bfloat16 is used, and which device is picked."""

import pytest
import torch

from core.network import device


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [
        ({"avx2": True}, False),
        ({"avx512_bf16": False, "amx_bf16": False}, False),
        ({"avx512_bf16": True}, True),
        ({"amx_bf16": True}, True),
        ({}, False),
    ],
    ids=str,
)
def test_a_processor_uses_bfloat16_only_where_it_has_it(capabilities, expected, monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    device.has_fast_bfloat16.cache_clear()
    try:
        assert device.has_fast_bfloat16("cpu") is expected
        with device.fast_autocast(torch.device("cpu")):
            result = torch.nn.Conv2d(1, 1, 3)(torch.zeros(1, 1, 8, 8))
        assert result.dtype == (torch.bfloat16 if expected else torch.float32)
    finally:
        device.has_fast_bfloat16.cache_clear()


@pytest.mark.parametrize("done_in_hardware", [True, False])
def test_a_gpu_that_only_emulates_bfloat16_stays_in_float32(done_in_hardware, monkeypatch):
    """As torch answers where there is no GPU newer than a T4 or V100."""

    def supported(including_emulation: bool = True) -> bool:
        return including_emulation or done_in_hardware

    monkeypatch.setattr(torch.cuda, "is_bf16_supported", supported)
    device.has_fast_bfloat16.cache_clear()
    try:
        assert device.has_fast_bfloat16("cuda") is done_in_hardware
    finally:
        device.has_fast_bfloat16.cache_clear()


def test_a_device_of_another_kind_stays_in_float32():
    assert device.has_fast_bfloat16("meta") is False


@pytest.mark.parametrize(("there", "expected"), [(True, "cuda"), (False, "cpu")])
def test_auto_is_the_gpu_where_there_is_one(there, expected, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    assert device.pick_device("auto").type == expected
    assert device.pick_device("cpu").type == "cpu"


@pytest.mark.parametrize(("name", "words"), [("cuda", "choose device cpu or auto"), ("tpu", "got 'tpu'")])
def test_a_device_that_cannot_be_is_refused(name, words, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError, match=words):
        device.pick_device(name)
