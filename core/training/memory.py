"""How much memory a training took at most, and where."""

import resource
import sys
from contextlib import suppress
from pathlib import Path

import torch

MB = 1_000_000
STATUS = Path("/proc/self/status")  # Linux alone; elsewhere the peak is that of the whole process
RESET_PEAK = "5"  # what clear_refs takes to begin a new peak, see proc_pid_clear_refs(5)


def reset_peak_memory(device: torch.device) -> None:
    """Begin a new measurement of peak memory, since a worker may have done a larger run before."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)
        return
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text(RESET_PEAK)


def peak_memory_mb(device: torch.device) -> float:
    """Most memory held at once, in MB: on the GPU where one is used, else by this process."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / MB
    with suppress(OSError):
        for line in STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / MB
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MB if sys.platform == "darwin" else peak * 1024 / MB


def device_name(device: torch.device) -> str:
    """The device in words, such as `CPU, 2 threads`."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'' if threads == 1 else 's'}"
