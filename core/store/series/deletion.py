"""Series deleted with everything that hangs on them, in one step; nothing else is touched."""

import json
from collections.abc import Sequence
from functools import partial

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.errors import RunRefused
from core.records.runs import RunKind, RunState
from core.store.connection.parts import parts
from core.store.database import Store
from core.store.files.named import hold_removals
from core.store.runs.silent_runs import end_silent_runs
from core.store.series.deletion_counts import DeletionCounts, count_series, slices_in
from core.store.series.unused_arrays import note_unused, remove_unused
from core.store.tables.derived import (
    CorrectionTable,
    ImageFigureTable,
    MaskLabelTable,
    ScoredMaskTable,
    ScoreTable,
    StatusChangeTable,
)
from core.store.tables.hearts import HeartFactTable, HeartStakeTable, SliceDecisionTable
from core.store.tables.masks import DraftTable, MaskTable, PredictionTable, PresenceTable, SetAsideTable
from core.store.tables.runs import RunTable
from core.store.tables.slices import PatientTable, SeriesTable, SliceTable
from core.store.tables.sources import OriginalUidTable
from core.store.trail import Action, record_event

OF_MASKS = (CorrectionTable, MaskLabelTable)  # rows that hang on versions, and go before them
OF_SLICES = (  # rows that hang on slices, in an order in which none refers to one that has gone
    ScoreTable,
    ScoredMaskTable,
    DraftTable,
    SetAsideTable,
    PresenceTable,
    PredictionTable,
    StatusChangeTable,
    ImageFigureTable,
    SliceDecisionTable,
    MaskTable,
)


def delete_series(store: Store, series_ids: Sequence[int], person: str = "") -> DeletionCounts:
    """Delete series with everything that hangs on them, and patients who have no other; returns what went.

    Models, runs and promotions stay and keep saying what they were made of. Rows go all or none; the files
    of images go afterwards, as far as no other slice shows them. Who did it stays in the trail, with the
    numbers of the series alone: of the patient nothing is kept.

    Raises:
        NotFound: when one of the series is not there; nothing is deleted then.
        RunRefused: while a run is at work, which may be using them.
    """
    ids = sorted(set(series_ids))
    with store.unit_of_work(first=partial(hold_removals, alone=True)) as session:
        _refuse_during_runs(session)
        patients = _locked_patients(session, ids)
        going = count_series(session, ids)
        for number in ids:
            record_event(session, person, Action.SERIES_DELETED, f"series {number}")
        uids = _uids_of(session, ids)
        for part in parts(ids):
            _delete_rows(session, part)
        _forget_uids(session, uids)
        empty = ~select(SeriesTable.id).where(SeriesTable.patient == PatientTable.name).exists()
        for some in parts(patients):
            session.execute(delete(PatientTable).where(PatientTable.name.in_(some), empty))
    remove_unused(store)
    return going


def _refuse_during_runs(session: Session) -> None:
    end_silent_runs(session)
    at_work = select(RunTable).where(RunTable.state == RunState.RUNNING).order_by(RunTable.id).limit(1)
    run = session.scalar(at_work)
    if run is not None:
        raise RunRefused(
            f"a run of {RunKind(run.kind)} is at work (number {run.id}) and may be using these slices; "
            "wait until it has ended, or stop it, then delete"
        )


def _locked_patients(session: Session, ids: Sequence[int]) -> list[str]:
    """Whose series they are, held so that no import and no reader adds to them meanwhile."""
    names: set[str] = set()
    for part in parts(ids):
        names |= set(session.scalars(select(SeriesTable.patient).where(SeriesTable.id.in_(part))))
    some: Sequence[str]
    for some in parts(sorted(names)):
        held = select(PatientTable.name).where(PatientTable.name.in_(some)).order_by(PatientTable.name)
        session.scalars(held.with_for_update()).all()
    for part in parts(ids):  # so that nobody saves on a slice of theirs meanwhile
        session.scalars(slices_in(part).with_for_update()).all()
    return sorted(names)


def _delete_rows(session: Session, part: Sequence[int]) -> None:
    """Delete a few hundred series, from the outermost rows inwards."""
    note_unused(session, part)
    own = slices_in(part)
    uids = select(SliceTable.sop_instance_uid).where(SliceTable.series_id.in_(part))
    others = select(SliceTable.id).where(
        SliceTable.sop_instance_uid == OriginalUidTable.kept, SliceTable.series_id.not_in(part)
    )
    session.execute(delete(OriginalUidTable).where(OriginalUidTable.kept.in_(uids), ~others.exists()))
    versions = select(MaskTable.id).where(MaskTable.slice_id.in_(own))
    for of_mask in OF_MASKS:
        session.execute(delete(of_mask).where(of_mask.mask_id.in_(versions)))
    for of_slice in OF_SLICES:
        session.execute(delete(of_slice).where(of_slice.slice_id.in_(own)))
    for of_heart in (HeartFactTable, HeartStakeTable):
        session.execute(delete(of_heart).where(of_heart.series_id.in_(part)))
    session.execute(delete(SliceTable).where(SliceTable.series_id.in_(part)))
    session.execute(delete(SeriesTable).where(SeriesTable.id.in_(part)))


def _uids_of(session: Session, ids: Sequence[int]) -> set[str]:
    """Identifiers of studies, series and frames of reference that the series name."""
    uids: set[str] = set()
    for part in parts(ids):
        uids |= _named_uids(session, SeriesTable.id.in_(part))
    return uids


def _forget_uids(session: Session, uids: set[str]) -> None:
    """Forget the originals of identifiers that no series names any more."""
    for part in parts(sorted(uids - _named_uids(session))):
        session.execute(delete(OriginalUidTable).where(OriginalUidTable.kept.in_(part)))


def _named_uids(session: Session, *conditions: object) -> set[str]:
    columns = (SeriesTable.study_uid, SeriesTable.frame_of_reference_uid, SeriesTable.series_uids)
    uids: set[str] = set()
    for study, frame, series in session.execute(select(*columns).where(*conditions)):  # type: ignore[arg-type]
        uids |= {study, frame, *json.loads(series)}
    return uids - {""}
