"""The training loop: yields once per epoch, so that its caller may show, store or stop it."""

import copy
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict

import torch
from torch import Tensor, nn

from core.labels import FOREGROUND
from core.network.architectures.layers import SegmentationNetwork
from core.network.device import fast_autocast
from core.recipes.training import TrainConfig
from core.records.runs import Epoch
from core.training.augment import Batch, augment
from core.training.data import TrainingSet, batches
from core.training.early_stopping import EarlyStopping
from core.training.feed import Feed
from core.training.losses import make_loss
from core.training.validation_metrics import confusion, mean_overlap_per_label

NO_OVERLAP = (math.nan,) * len(FOREGROUND)
NOT_VALIDATED = (math.nan, NO_OVERLAP, NO_OVERLAP)  # loss, Dice and IoU of an epoch without validation


def never_cancelled() -> None:
    """What a training asks where nobody can stop it."""


class Training:
    """One training of one network, that can be looked at, stopped, saved and taken up again after any epoch.

    Everything random in an epoch follows from (seed, epoch number) alone. So a training taken up again
    repeats the unbroken one without any generator's state being kept.
    """

    def __init__(
        self,
        network: SegmentationNetwork,
        training: TrainingSet,
        validation: TrainingSet | None,
        config: TrainConfig,
        device: torch.device,
        raise_if_cancelled: Callable[[], None] = never_cancelled,
        fed: Feed | None = None,
    ) -> None:
        """Put everything on the device; the network is trained in place.

        `fed` makes what the network sees; without it that is the grey picture.
        `raise_if_cancelled` is called between batches and may end the training in the middle of an epoch; the
        weights kept by then are those after whole epochs.
        """
        self.config, self.device, self.raise_if_cancelled = config, device, raise_if_cancelled
        self.fed = fed
        self.network = network.to(device)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.training = training.to(device)
        self.validation = validation.to(device) if validation else None
        self.loss = make_loss(config, self.training.shares_percent())
        self.optimizer = torch.optim.Adam(
            self.network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        # What is validated and kept: the network itself, or the running average of its weights.
        self.averaged = copy.deepcopy(self.network) if config.average else self.network
        self.stopping = EarlyStopping(config.patience if validation else 0)  # nothing to be patient about
        self.best_weights: dict[str, Tensor] = {}
        self.history: list[Epoch] = []  # the epochs that are done

    def epochs(self) -> Iterator[Epoch]:
        """Train on, epoch by epoch, until the epochs or the patience are used up."""
        while self.stopping.epoch < self.config.epochs and not self.stopping.should_stop:
            started = time.perf_counter()
            number = self.stopping.epoch + 1
            rate = learning_rate(self.config, number)
            for group in self.optimizer.param_groups:
                group["lr"] = rate
            training_loss = self._learn(number)
            due = number % self.config.validate_every == 0 or number == self.config.epochs
            due = due and self.validation is not None
            validation_loss, dice, iou = self._validate() if due else NOT_VALIDATED
            best = self.stopping.update(validation_loss) if due else self.stopping.skip()
            if best or not self.stopping.best_epoch:  # while nothing was validated, the newest are the best
                self.best_weights = snapshot(self.averaged)
            seconds = time.perf_counter() - started
            epoch = Epoch(number, training_loss, validation_loss, dice, rate, seconds, best, iou)
            self.history.append(epoch)
            yield epoch

    def _learn(self, number: int) -> float:
        """One pass over the training slices; returns the mean loss."""
        config = self.config
        seed = (config.seed * 1_000_003 + number) % 2**63
        torch.manual_seed(seed)  # dropout draws from the global generator
        generator = torch.Generator(self.device).manual_seed(seed)
        order = torch.randperm(len(self.training), generator=generator, device=self.device)
        self.network.train()
        total = torch.zeros((), device=self.device)
        for step, indices in enumerate(batches(order, config.batch_size)):
            self.raise_if_cancelled()
            batch = Batch.of(self.training, indices)
            images, masks = augment(batch, config.augmentation, config.crop, generator)
            if self.fed:
                images = self.fed.learnt(self.network, images, masks, generator)
            images = images.contiguous(memory_format=torch.channels_last)
            with fast_autocast(self.device):
                outputs = self.network.training_outputs(images)
            losses = [self.loss(logits.float(), masks.long()) for logits in outputs]
            loss = torch.stack(losses).mean()
            self.raise_if_cancelled()  # one batch of large slices can take seconds
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.optimizer.step()
            total += loss.detach() * len(indices)
            if config.average:
                steps = (number - 1) * math.ceil(len(order) / config.batch_size) + step
                move_average(self.averaged, self.network, config.average, steps)
        return float(total) / len(self.training)

    def start_dice(self) -> tuple[float, ...]:
        """Dice of each heart label on the validation slices as the network is now; changes nothing."""
        return self._validate()[1]

    @torch.inference_mode()
    def _validate(self) -> tuple[float, tuple[float, ...], tuple[float, ...]]:
        """Loss, Dice and IoU on the validation slices, whole and unvaried."""
        if self.validation is None:
            return NOT_VALIDATED
        self.averaged.eval()
        total, confusions = 0.0, []
        for indices in batches(range(len(self.validation)), max(self.config.batch_size, 2)):
            self.raise_if_cancelled()
            batch = Batch.of(self.validation, indices.to(self.device))
            seen = self.fed.validated(self.averaged, batch) if self.fed else (batch.images, batch.masks)
            images, masks = seen[0], seen[1].long()
            with fast_autocast(self.device):
                logits = self.averaged(images.contiguous(memory_format=torch.channels_last))
            total += float(self.loss(logits.float(), masks)) * len(indices)
            confusions.append(confusion(masks, logits.argmax(dim=1)))
        return total / len(self.validation), *mean_overlap_per_label(torch.cat(confusions))

    def state(self) -> dict[str, object]:
        """Everything needed to go on later, as tensors and plain values."""
        return {
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "best_weights": self.best_weights,
            "best_loss": self.stopping.best_loss,
            "best_epoch": self.stopping.best_epoch,
            "epoch": self.stopping.epoch,
            "waited": self.stopping.waited,
            "history": [asdict(epoch) for epoch in self.history],
        }

    def load_state(self, state: dict) -> None:
        """Go on from what `state` returned."""
        self.network.load_state_dict(state["network"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.best_weights = state["best_weights"]
        self.history = [Epoch(**epoch) for epoch in state["history"]]
        for name in ("best_loss", "best_epoch", "epoch"):
            setattr(self.stopping, name, state[name])
        # Files of earlier versions do not have it; they counted epochs.
        since = (state["epoch"] - state["best_epoch"]) // self.config.validate_every
        self.stopping.waited = state.get("waited", since)

    def best_network(self) -> nn.Module:
        """A network with the best weights so far, on the CPU; without validation, with the latest."""
        network = copy.deepcopy(self.averaged).cpu()
        network.load_state_dict(self.best_weights)
        return network.eval()


def learning_rate(config: TrainConfig, epoch: int) -> float:
    """The rate of an epoch, from 1: constant, or annealed to zero along half a cosine."""
    if not config.cosine:
        return config.learning_rate
    return config.learning_rate * (1 + math.cos(math.pi * (epoch - 1) / config.epochs)) / 2


@torch.no_grad()
def move_average(average: nn.Module, network: nn.Module, decay: float, step: int) -> None:
    """Move the average towards the network; young averages move faster, so that they forget the start."""
    decay = min(decay, (1 + step) / (10 + step))
    latest = network.state_dict()
    for name, value in average.state_dict().items():
        if value.is_floating_point():
            value.lerp_(latest[name], 1 - decay)
        else:
            value.copy_(latest[name])


def snapshot(network: nn.Module) -> dict[str, Tensor]:
    """A copy of the weights on the CPU."""
    return {name: value.detach().cpu().clone() for name, value in network.state_dict().items()}
