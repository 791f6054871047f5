"""Choose the device, and bfloat16 where its hardware is faster with it than with float32."""

from functools import cache

import torch


@cache
def has_fast_bfloat16(device_type: str) -> bool:
    """Whether bfloat16 is done in hardware: every recent GPU, processors with AVX512-BF16 or AMX.

    Without it bfloat16 is emulated, on older GPUs as well, and slower than float32.
    """
    if device_type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device_type == "cpu":
        capabilities = torch.cpu.get_capabilities()
        return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))
    return False


def fast_autocast(device: torch.device) -> torch.autocast:
    """A context in which convolutions run in bfloat16 where that is faster."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=has_fast_bfloat16(device.type))


def pick_device(name: str = "auto") -> torch.device:
    """The device of that name; `auto` is the GPU where there is one.

    Raises:
        ValueError: when a GPU is asked for and there is none.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name not in ("cpu", "cuda"):
        raise ValueError(f"device must be auto, cpu or cuda, got {name!r}")
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError("no CUDA device is there; choose device cpu or auto")
    return torch.device(name)
