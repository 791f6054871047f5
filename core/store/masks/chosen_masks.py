"""The masks that a selection means, of many slices: the shown ones, references, a model's, a reader's."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from core.records.exports import ChosenCount, ChosenMask, MaskChoice, Selection
from core.records.masks import Origin
from core.records.slices import Status
from core.store.codec import unpack
from core.store.connection.parts import parts
from core.store.database import Store
from core.store.tables.masks import MaskTable, PredictionTable
from core.store.tables.models import ModelTable
from core.store.tables.slices import SliceTable

ORIGINS = {
    MaskChoice.REFERENCE: Origin.REFERENCE,
    MaskChoice.MODEL: Origin.MODEL,
    MaskChoice.READER: Origin.READER,
}


def chosen_masks(store: Store, slice_ids: Sequence[int], selection: Selection) -> dict[int, ChosenMask]:
    """Return the mask of each slice that the selection means, by slice; slices without one are left out."""
    chosen: dict[int, ChosenMask] = {}
    for part in parts(slice_ids):
        chosen |= _versions(store, part, selection)
        if selection.masks == MaskChoice.MODEL:
            for slice_id, said in _predictions(store, part, selection).items():
                version = chosen.get(slice_id)
                if version is None or (
                    said.created_at > version.created_at and (said.mask != version.mask).any()
                ):
                    chosen[slice_id] = said
    return chosen


def count_chosen(store: Store, series_ids: Sequence[int], selection: Selection) -> list[ChosenCount]:
    """Return of each series how many masks the selection means, without reading any."""
    has_mask = func.count().filter(_has_mask(selection))
    query = select(SliceTable.series_id, SliceTable.patient, func.count(), has_mask).group_by(
        SliceTable.series_id, SliceTable.patient
    )
    with store.reading() as session:
        asked = (query.where(SliceTable.series_id.in_(part)) for part in parts(series_ids))
        rows = (row for one in asked for row in session.execute(one).tuples())
        return sorted((ChosenCount(*row) for row in rows), key=lambda count: count.series_id)


def mask_readers(store: Store) -> list[str]:
    """Return the names of all readers who have saved a mask, in alphabetical order."""
    query = select(MaskTable.author).where(MaskTable.origin == Origin.READER).distinct()
    with store.reading() as session:
        return sorted(session.scalars(query))


def chosen_versions(selection: Selection, slice_ids: Sequence[int] | Select[int]) -> Select:
    """Return the ids of the versions of these slices that a selection means, as a query."""
    if selection.masks in ORIGINS:
        return (
            select(func.max(MaskTable.id))
            .where(MaskTable.slice_id.in_(slice_ids), *_meant(selection))
            .group_by(MaskTable.slice_id)
        )
    shown = SliceTable.newest_version_id
    query = select(shown).where(SliceTable.id.in_(slice_ids), shown.is_not(None))
    approved = selection.masks == MaskChoice.APPROVED
    return query.where(SliceTable.status == Status.APPROVED) if approved else query


def _meant(selection: Selection) -> list[ColumnElement[bool]]:
    """Return which versions a selection of an origin means."""
    conditions = [MaskTable.origin == ORIGINS[selection.masks]]
    if selection.reader:
        conditions.append(MaskTable.author == selection.reader)
    if selection.model_id is not None:
        conditions.append(MaskTable.model_id == selection.model_id)
    return conditions


def _said(selection: Selection) -> list[ColumnElement[bool]]:
    """Return which predictions a selection of a model's masks means."""
    return [] if selection.model_id is None else [PredictionTable.model_id == selection.model_id]


def _has_mask(selection: Selection) -> ColumnElement[bool]:
    shown = SliceTable.newest_version_id.is_not(None)
    if selection.masks == MaskChoice.LATEST:
        return shown
    if selection.masks == MaskChoice.APPROVED:
        return and_(shown, SliceTable.status == Status.APPROVED)
    version = select(MaskTable.id).where(MaskTable.slice_id == SliceTable.id, *_meant(selection)).exists()
    if selection.masks != MaskChoice.MODEL:
        return version
    of_slice = PredictionTable.slice_id == SliceTable.id
    return or_(version, select(PredictionTable.slice_id).where(of_slice, *_said(selection)).exists())


def _versions(store: Store, part: Sequence[int], selection: Selection) -> dict[int, ChosenMask]:
    query = (
        select(MaskTable, SliceTable)
        .join(SliceTable, SliceTable.id == MaskTable.slice_id)
        .where(MaskTable.id.in_(chosen_versions(selection, part)))
    )
    lineage = select(MaskTable.id, MaskTable.parent_id, MaskTable.model_id).where(
        MaskTable.slice_id.in_(part)
    )
    with store.reading() as session:
        before = {number: (parent, model) for number, parent, model in session.execute(lineage).tuples()}
        return {
            image.id: ChosenMask(
                unpack(row.pixels, (image.height, image.width)),
                Origin(row.origin),
                row.author,
                row.id,
                _model_behind(row.id, before),
                row.created_at,
            )
            for row, image in session.execute(query).tuples()
        }


def _model_behind(version_id: int, before: dict[int, tuple[int | None, int | None]]) -> int | None:
    """Return the model whose mask a version is, or was drawn from; None where it goes back to no model."""
    number: int | None = version_id
    while number in before:
        parent, model = before[number]
        if model is not None:
            return model
        number = parent
    return None


def _predictions(store: Store, part: Sequence[int], selection: Selection) -> dict[int, ChosenMask]:
    query = (
        select(PredictionTable, SliceTable, ModelTable.name)
        .join(SliceTable, SliceTable.id == PredictionTable.slice_id)
        .outerjoin(ModelTable, ModelTable.id == PredictionTable.model_id)
        .where(PredictionTable.slice_id.in_(part), *_said(selection))
    )
    with store.reading() as session:
        return {
            image.id: ChosenMask(
                unpack(row.mask, (image.height, image.width)),
                Origin.MODEL,
                name or "",
                None,
                row.model_id,
                row.predicted_at,
            )
            for row, image, name in session.execute(query).tuples()
        }
