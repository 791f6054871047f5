"""Measure by gradients which input pixels an output pixel depends on."""

import torch
from torch import nn


class SeenByAll(nn.Module):
    """Stands in for max pooling, whose gradient shows the largest pixel of a window alone."""

    def __init__(self, pooling: nn.MaxPool2d) -> None:
        super().__init__()
        self.average = nn.AvgPool2d(pooling.kernel_size, pooling.stride, pooling.padding)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return self.average(features)


def open_wide(network: nn.Module) -> nn.Module:
    """The same network with positive weights and averaging pools, so that no path cancels or is shut."""
    for module in list(network.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.MaxPool2d):
                setattr(module, name, SeenByAll(child))
    for parameter in network.parameters():
        parameter.data = parameter.data.abs() + 0.1
    return network.double().eval()


def measured_interval(network: nn.Module, size: int, pixel: int) -> tuple[int, int]:
    """First and last row that output (pixel, pixel) depends on; asserts that the columns are the same."""
    image = torch.rand(1, 1, size, size, dtype=torch.float64, requires_grad=True)
    network(image)[0, :, pixel, pixel].sum().backward()
    rows, columns = image.grad[0, 0].nonzero(as_tuple=True)
    assert (rows.min(), rows.max()) == (columns.min(), columns.max())
    return int(rows.min()), int(rows.max())
