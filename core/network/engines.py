"""What computes a network's logits: OpenVINO on processors, where it is faster than torch; else torch."""

import logging
import sys
import threading
from collections.abc import Callable

import torch
from torch import Tensor, nn

from core.network.device import fast_autocast, has_fast_bfloat16
from core.recipes.model import ModelConfig

Logits = Callable[[Tensor], Tensor]  # of images (N, planes, height, width), as (N, labels, height, width)

LOG = logging.getLogger(__name__)
BUILDING = threading.Lock()  # torch's exporter keeps what it traces for the whole process


def torch_logits(network: nn.Module, device: torch.device) -> Logits:
    """Return what computes the logits by torch, in bfloat16 where that is fast."""
    # channels_last is the order in which convolutions are fastest, in bfloat16 most of all.
    placed = network.eval().to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def logits(images: Tensor) -> Tensor:
        with fast_autocast(device):
            found: Tensor = placed(images.to(device).contiguous(memory_format=torch.channels_last))
        return found.float()

    return logits


def openvino_logits(network: nn.Module, config: ModelConfig) -> Logits:
    """Return what computes the logits by OpenVINO, in bfloat16 where that is fast, on torch's threads.

    Raises:
        ImportError: where OpenVINO is not installed.
        RuntimeError: where it cannot run the network on this machine.
    """
    # OpenVINO's converters report their use to its maker. They are not used here; without this module they
    # could not even if they were.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    from core.network.onnx_file import to_onnx  # this and OpenVINO take a while to load

    with BUILDING:
        model = openvino.Core().read_model(to_onnx(network, config))
    wanted = {
        "PERFORMANCE_HINT": "LATENCY",  # one request with all threads
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "INFERENCE_PRECISION_HINT": "bf16" if has_fast_bfloat16("cpu") else "f32",
    }
    compiled = openvino.Core().compile_model(model, "CPU", wanted)

    def logits(images: Tensor) -> Tensor:
        # One request a call: two threads may predict at once, and a request serves one.
        found = compiled.create_infer_request().infer([images.contiguous().numpy()])
        return torch.from_numpy(found[0].copy())

    return logits


def fastest_logits(network: nn.Module, config: ModelConfig, device: torch.device) -> Logits:
    """Return what computes the logits fastest on a device."""
    if device.type == "cpu":
        try:
            return openvino_logits(network, config)
        except ImportError:
            LOG.info("OpenVINO is not installed: torch predicts, which takes longer")
        except RuntimeError as error:
            LOG.warning("OpenVINO cannot run %s (%s): torch predicts, which takes longer", config.name, error)
    return torch_logits(network, device)
