"""The report's trainings as runs beside each other, for the same charts as the store's runs."""

from collections.abc import Sequence

from core.workflow.report_plan import Experiment
from core.workflow.report_record import RunRecord
from core.workflow.report_scores import Arm, arm_of
from core.workflow.retraining import epoch_row
from core.workflow.run_comparison import ComparedRun, Group, choices_of


def groups_of(experiment: Experiment, records: Sequence[RunRecord]) -> tuple[Group, ...]:
    """The arms of an experiment that have trained, each with its seeds."""
    arms = [arm_of(setting.label, records, setting.config) for setting in experiment.settings]
    return tuple(group_of(arm) for arm in arms if arm.records)


def group_of(arm: Arm) -> Group:
    """One setting with its seeds."""
    return Group(arm.label, tuple(compared(record) for record in arm.records))


def compared(record: RunRecord) -> ComparedRun:
    """One training."""
    epochs = tuple(epoch_row(epoch) for epoch in record.epochs)
    return ComparedRun(record.name, choices_of(record.config), epochs)
