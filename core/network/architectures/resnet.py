"""ResNet-18 as a backbone that keeps one eighth of the resolution.

He et al., CVPR 2016, with the parameter names of torchvision, so that its ImageNet file loads by key.
"""

from torch import Tensor, nn

WIDTHS = (64, 128, 256, 512)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut.

    Where a stride was traded for dilation, the first convolution still sees the map as it was before
    (`dilation_in`) and only the second one the spread-out map (`dilation`). So the features are those of the
    strided network, computed at every place instead of every second one.
    """

    def __init__(self, n_in: int, n_out: int, stride: int, dilation_in: int, dilation: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(
            n_in, n_out, 3, stride=stride, padding=dilation_in, dilation=dilation_in, bias=False
        )
        self.bn1 = nn.BatchNorm2d(n_out)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(n_out, n_out, 3, padding=dilation, dilation=dilation, bias=False)
        self.bn2 = nn.BatchNorm2d(n_out)
        self.downsample: nn.Module = nn.Identity()
        if n_in != n_out or stride != 1:
            self.downsample = nn.Sequential(
                nn.Conv2d(n_in, n_out, 1, stride=stride, bias=False), nn.BatchNorm2d(n_out)
            )

    def forward(self, features: Tensor) -> Tensor:
        """(N, n_in, H, W) to (N, n_out, H/stride, W/stride)."""
        changed = self.relu(self.bn1(self.conv1(features)))
        return self.relu(self.bn2(self.conv2(changed)) + self.downsample(features))


class ResNet18(nn.Module):
    """Images (N, 1, H, W) to features (N, widths[-1], H/8, W/8); no classifier."""

    def __init__(self, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, widths[0], 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = _layer(widths[0], widths[0], stride=1, dilation_in=1, dilation=1)
        self.layer2 = _layer(widths[0], widths[1], stride=2, dilation_in=1, dilation=1)
        self.layer3 = _layer(widths[1], widths[2], stride=1, dilation_in=1, dilation=2)
        self.layer4 = _layer(widths[2], widths[3], stride=1, dilation_in=2, dilation=4)
        for module in self.modules():
            # As He et al., ICCV 2015. A network without memory, built for its shapes alone, needs no numbers.
            if isinstance(module, nn.Conv2d) and not module.weight.is_meta:
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, images: Tensor) -> Tensor:
        """The deepest features."""
        features = self.maxpool(self.relu(self.bn1(self.conv1(images))))
        return self.layer4(self.layer3(self.layer2(self.layer1(features))))


def _layer(n_in: int, n_out: int, stride: int, dilation_in: int, dilation: int) -> nn.Sequential:
    """Two blocks; the first one changes width and resolution."""
    return nn.Sequential(
        BasicBlock(n_in, n_out, stride, dilation_in, dilation),
        BasicBlock(n_out, n_out, 1, dilation, dilation),
    )
