"""Which slices the queue lists, and in which order: filters and orders, as the database takes them."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select

from core.records.slices import Split, Status
from core.store.slices.conditions import changed_since_approved, disagreed_on, drawn_by
from core.store.tables.masks import PredictionTable
from core.store.tables.slices import PatientTable, SliceTable


class Order(StrEnum):
    """How the queue may be sorted."""

    HEART = "heart"  # heart by heart: patient, series, phase, from base to apex
    WORTH = "worth"  # most worth a look first
    UNCERTAINTY = "uncertainty"  # most uncertain first
    IMPORTED = "imported"  # as they came in
    NEWEST = "newest"  # import first
    STATUS = "status"


HEART_BY_HEART = (SliceTable.patient, SliceTable.series_id, SliceTable.phase, SliceTable.from_base)
ORDERS = {
    Order.HEART: HEART_BY_HEART,
    Order.WORTH: (SliceTable.worth.is_(None), SliceTable.worth.desc(), SliceTable.id),
    Order.UNCERTAINTY: (SliceTable.uncertainty.is_(None), SliceTable.uncertainty.desc(), SliceTable.id),
    Order.IMPORTED: (SliceTable.id,),
    Order.NEWEST: (SliceTable.id.desc(),),
    Order.STATUS: (SliceTable.status, SliceTable.id),
}
PLACED = (Order.HEART, Order.IMPORTED, Order.NEWEST)  # in which the place of a slice is found by an index


@dataclass(frozen=True)
class Filter:
    """Which slices; what is left out does not matter."""

    statuses: tuple[Status, ...] = ()
    splits: tuple[Split, ...] = ()
    patient: str = ""  # part of the name
    series_id: int | None = None
    series: tuple[tuple[int, int], ...] = ()  # ranges of ids, (first, last)
    phase: int | None = None
    without_version: bool = False
    unpredicted_by: int | None = None  # id of a model that has said nothing of the slice yet
    drawn_by: str = ""  # a reader who saved a mask, or has strokes
    changed_since_approved: bool = False
    disagreed_on: bool = False  # by two readers

    def conditions(self, *, in_order: bool = False) -> list[ColumnElement[bool]]:
        """Return the filter as conditions in SQL, all of which must hold.

        Args:
            in_order: whether rows are wanted in an order. Most statuses are then said by those that are left
                out, so that the database goes along the order instead of sorting what it found by status.
        """
        conditions: list[ColumnElement[bool]] = []
        left_out = [status for status in Status if status not in self.statuses]
        if self.statuses and in_order and len(left_out) < len(self.statuses):
            conditions.append(SliceTable.status.not_in(left_out))
        elif self.statuses:
            conditions.append(SliceTable.status.in_(self.statuses))
        if self.splits:
            conditions.append(SliceTable.split.in_(self.splits))
        if patient := self.patient.strip():
            # By the patients that match, who are few beside their slices: an order that does not begin with
            # the patient would else be gone along to its end where few slices match.
            matching = select(PatientTable.name).where(PatientTable.name.icontains(patient, autoescape=True))
            conditions.append(SliceTable.patient.in_(matching))
        if self.series_id is not None:
            conditions.append(SliceTable.series_id == self.series_id)
        if self.series:
            conditions.append(or_(*(SliceTable.series_id.between(*ends) for ends in self.series)))
        if self.phase is not None:
            conditions.append(SliceTable.phase == self.phase)
        if self.without_version:
            conditions.append(SliceTable.newest_version_id.is_(None))
        if self.unpredicted_by is not None:
            predicted = select(PredictionTable.slice_id).where(
                PredictionTable.slice_id == SliceTable.id, PredictionTable.model_id == self.unpredicted_by
            )
            conditions.append(~predicted.exists())
        if self.drawn_by:
            conditions.append(drawn_by(self.drawn_by))
        if self.changed_since_approved:
            conditions.append(changed_since_approved())
        if self.disagreed_on:
            conditions.append(disagreed_on())
        return conditions


ALL = Filter()
