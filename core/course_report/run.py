"""Do the trainings of the report one after the other; skip what is done, go on with what was broken off."""

import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from core.course_report.arms import score
from core.course_report.plan import PlannedRun, planned_runs, time_left
from core.course_report.record import RunRecord, load_record, save_record
from core.course_report.write import write_report
from core.errors import BadInput, RunRefused
from core.labels import Label
from core.network.architectures.registry import count_parameters
from core.network.device import pick_device
from core.network.predict import Predictor
from core.recipes.training import TrainConfig
from core.records.slices import LEARNT_FROM, Split
from core.training.memory import device_name
from core.workflow.training.curves import value
from core.workflow.training.dataset import SlicesBySplit, labelled_files
from core.workflow.training.job import TrainingJob, prepare, train, write_checkpoint


@dataclass
class ReportRuns:
    """All trainings of the report, on one data set, into one folder."""

    data: Path
    output: Path
    base: TrainConfig
    seeds: int
    device: str = "auto"
    only: tuple[str, ...] = ()  # experiments; empty means all
    slices: SlicesBySplit = field(default_factory=dict)

    @property
    def plan(self) -> tuple[PlannedRun, ...]:
        """What is to be done, in order."""
        return planned_runs(self.base, self.seeds, self.only)

    @property
    def records_folder(self) -> Path:
        """One JSON file for each training that has ended."""
        return self.output / "runs"

    def records(self) -> list[RunRecord]:
        """What has ended so far, in the order of the plan.

        Raises:
            RunRefused: when the folder holds a run of that name that was asked for otherwise.
        """
        records = []
        for run in self.plan:
            path = self._record(run)
            if not path.exists():
                continue
            record = load_record(path)
            if record.config != run.config:
                raise RunRefused(
                    f"{path} was trained with other choices (such as epochs or widths); "
                    "give the same ones to go on, or choose another --output"
                )
            records.append(record)
        return records

    def run(self) -> Iterator[str]:
        """Train all that is not done yet; yields what happens, line by line."""
        yield from self._read()
        done = self.records()
        for folder in (self.records_folder, self.output / "models"):
            folder.mkdir(parents=True, exist_ok=True)
        ended = {record.name for record in done}
        for number, run in enumerate(self.plan, start=1):
            where = f"{number} of {len(self.plan)}, {run.name}"
            if run.name in ended:
                continue
            record = None
            for news in self._train(run):
                if isinstance(news, str):
                    yield f"{where}: {news}{time_left(self.plan[number - 1 :], done)}"
                else:
                    record = news
            if record is None:
                raise RuntimeError(f"{run.name} ended without an outcome")
            done.append(record)
            yield f"{where}: {describe_run(record)}{time_left(self.plan[number:], done)}"
        yield from self._score_test_later(done)

    def write(self) -> Path:
        """Write report.md from what is done so far; figures that lie in `report/` are linked."""
        shares = self.label_shares()
        return write_report(self.output / "report.md", self.base, self.plan, self.records(), shares)

    def label_shares(self) -> dict[Label, float]:
        """Share of each label among the pixels of the training slices, in percent."""
        if not self.slices:
            for _ in self._read():
                pass
        masks = [item.mask.ravel() for item in self.slices[Split.TRAIN]]
        pixels = np.bincount(np.concatenate(masks), minlength=len(Label))
        return {label: float(100 * pixels[label] / pixels.sum()) for label in Label}

    def _read(self) -> Iterator[str]:
        self.slices = {split: [] for split in Split}
        for item in labelled_files([self.data]):
            if isinstance(item, str):
                yield item
            else:
                self.slices[item[0]].append(item[1])
        if not self.slices[Split.TRAIN] or not self.slices[Split.VALIDATION]:
            raise BadInput(
                f"{self.data} has no labelled training and validation slices; expected the course's folders "
                "train and val, each with images and masks"
            )
        n_test = len(self.slices[Split.TEST])
        tested = f"{n_test} test slices" if n_test else "no test slices with masks"
        n_training, n_validation = (len(self.slices[split]) for split in LEARNT_FROM)
        yield f"{n_training} training slices, {n_validation} validation slices, {tested}."

    def _train(self, run: PlannedRun) -> Iterator[str | RunRecord]:
        """One training to its end; yields a line once it is known how long it takes, and what came of it."""
        model = self.model_file(run)
        # Without an outcome beside it, it was left by a stop between the two.
        model.unlink(missing_ok=True)
        resume = model.with_suffix(".resume")
        job = TrainingJob(
            config=run.config,
            output=model,
            name=run.name,
            slices=[(split, item) for split in LEARNT_FROM for item in self.slices[split]],
            events=self.output / "events" / run.name,
            device=self.device,
            resume_file=resume,
        )
        prepared = prepare(job)
        if prepared.history:
            yield f"goes on after epoch {len(prepared.history)}"
        for epoch in train(prepared):
            if epoch.number == 1:
                yield f"{epoch.seconds:.1f} s an epoch"
        write_checkpoint(prepared)
        network = prepared.state.best_network()
        predictor = Predictor((network, prepared.model), self.device)
        kept = prepared.state.stopping.best_epoch or len(prepared.history)
        record = RunRecord(
            name=run.name,
            config=run.config,
            epochs=prepared.history,
            kept_epoch=kept,
            parameters=count_parameters(network),
            machine=f"{_processor()}, {device_name(pick_device(self.device))}",
            n_training=len(prepared.training),
            data_sha256=prepared.training.sha256,
            validation=() if run.config.final else score(predictor, self.slices[Split.VALIDATION]),
            test=score(predictor, self.slices[Split.TEST]) if run.config.final else (),
        )
        save_record(self._record(run), record)
        resume.unlink(missing_ok=True)
        yield record

    def _score_test_later(self, done: Sequence[RunRecord]) -> Iterator[str]:
        """Where masks of the test slices came after the final training, its weights are still there."""
        for record in done:
            model = self.output / "models" / f"{record.name}.safetensors"
            if not record.config.final or record.test or not self.slices[Split.TEST] or not model.exists():
                continue
            test = score(Predictor(model, self.device), self.slices[Split.TEST])
            save_record(self.records_folder / f"{record.name}.json", replace(record, test=test))
            yield f"{record.name}: scored on {len(test)} test slices"

    def model_file(self, run: PlannedRun) -> Path:
        """Where the weights of a training lie."""
        return self.output / "models" / f"{run.name}.safetensors"

    def _record(self, run: PlannedRun) -> Path:
        return self.records_folder / f"{run.name}.json"


def _processor() -> str:
    """The processor in words, where the system tells."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def describe_run(record: RunRecord) -> str:
    """What came of a run, in a few words."""
    n, n_epochs = len(record.epochs), record.config.epochs
    length = f"{n} of {n_epochs} epochs in {record.seconds:.0f} s"
    if record.config.final:
        return f"{length}, last weights kept"
    kept = record.epochs[record.kept_epoch - 1]
    return f"{length}, kept epoch {record.kept_epoch}, mean validation Dice {value(kept, 'mean Dice'):.3f}"
