"""Read torchvision's ResNet-18 file for a one-channel backbone; nothing in it is run."""

from pathlib import Path
from pickle import UnpicklingError

import torch
from safetensors import SafetensorError
from safetensors import torch as safetensors
from torch import Tensor

from core.errors import BadCheckpoint

EXPECTED = "expected torchvision's ResNet-18 weights (resnet18-f37072fd.pth, or the same as .safetensors)"


def read_resnet18(path: Path, backbone: dict[str, Tensor]) -> dict[str, Tensor]:
    """The file's weights under the backbone's keys.

    The classifier (`fc`) is left out. The three kernels of the first convolution are summed into one: a grey
    image is then seen as the colour image whose channels are all equal to it.

    Args:
        path: a .pth file, read without unpickling objects, or a .safetensors file.
        backbone: state of the network that will take the weights, for keys and shapes.

    Raises:
        BadCheckpoint: when the file cannot be read, lacks a weight or has one of another shape.
    """
    path = Path(path)
    weights = {key: value for key, value in _read(path).items() if not key.startswith("fc.")}
    first = weights.get("conv1.weight")
    if first is not None and first.ndim == 4 and first.shape[1] == 3:
        weights["conv1.weight"] = first.sum(dim=1, keepdim=True)
    for key, value in backbone.items():
        if key.endswith("num_batches_tracked"):  # old files lack it; it plays no part
            weights.setdefault(key, value)
    missing, strange = sorted(set(backbone) - set(weights)), sorted(set(weights) - set(backbone))
    if missing or strange:
        difference = f"lacks {missing[0]}" if missing else f"has {strange[0]}, which a ResNet-18 has not"
        raise BadCheckpoint(f"{path.name} {difference}; {EXPECTED}")
    for key, value in weights.items():
        if value.shape != backbone[key].shape:
            raise BadCheckpoint(
                f"{path.name} has {key} of shape {tuple(value.shape)} "
                f"instead of {tuple(backbone[key].shape)}; {EXPECTED}"
            )
    return weights


def _read(path: Path) -> dict[str, Tensor]:
    """All tensors of the file by key."""
    try:
        if path.suffix == ".safetensors":
            return safetensors.load_file(path)
        weights = torch.load(path, weights_only=True, map_location="cpu")
    except (OSError, RuntimeError, UnpicklingError, EOFError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:120]
        raise BadCheckpoint(f"{path.name} cannot be read ({reason}); {EXPECTED}") from error
    if not isinstance(weights, dict) or not all(isinstance(value, Tensor) for value in weights.values()):
        raise BadCheckpoint(f"{path.name} holds no plain table of weights; {EXPECTED}")
    return weights
