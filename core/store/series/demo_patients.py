"""The demo's hearts among the patients: known by a key of their own, apart until somebody asks otherwise."""

from collections.abc import Mapping

from sqlalchemy import select

from core.records.masks import Origin
from core.records.slices import Split
from core.store.database import Store
from core.store.tables.masks import MaskTable
from core.store.tables.slices import PatientTable, SeriesTable, SliceTable
from core.store.trail import Action, record_event

DEMO_GROUP = "septum-demo"  # the group of its patients, which no source gives
SUBJECT = "demo"  # in the trail


def demo_patients(store: Store) -> dict[str, Split]:
    """Return the demo's patients with their splits; empty where the demo is not there."""
    query = select(PatientTable.name, PatientTable.split).where(PatientTable.group == DEMO_GROUP)
    with store.reading() as session:
        return {name: Split(split) for name, split in session.execute(query)}


def demo_series_ids(store: Store) -> list[int]:
    """Return the series of the demo's patients, oldest first."""
    query = (
        select(SeriesTable.id)
        .join(PatientTable, SeriesTable.patient == PatientTable.name)
        .where(PatientTable.group == DEMO_GROUP)
        .order_by(SeriesTable.id)
    )
    with store.reading() as session:
        return list(session.scalars(query))


def is_drawn_on(store: Store) -> bool:
    """Return whether a reader has saved a mask on any of the demo's hearts."""
    query = (
        select(MaskTable.id)
        .join(SliceTable, MaskTable.slice_id == SliceTable.id)
        .join(PatientTable, SliceTable.patient == PatientTable.name)
        .where(PatientTable.group == DEMO_GROUP, MaskTable.origin == Origin.READER)
        .limit(1)
    )
    with store.reading() as session:
        return session.scalar(query) is not None


def move_demo_patients(store: Store, splits: Mapping[str, Split], person: str = "") -> None:
    """Give patients of the demo other splits, all or none; any other patient keeps his."""
    counted = any(split != Split.DEMO for split in splits.values())
    with store.unit_of_work() as session:
        for name, split in splits.items():
            patient = session.get(PatientTable, name, with_for_update=True)
            if patient is not None and patient.group == DEMO_GROUP:
                patient.split = split
                for image in session.scalars(select(SliceTable).where(SliceTable.patient == name)):
                    image.split = split
        record_event(session, person, Action.DEMO_COUNTED if counted else Action.DEMO_SET_APART, SUBJECT)
