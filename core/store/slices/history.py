"""What comes with every change of a slice, in its transaction: its status noted, its new versions counted.

Whoever changes a status, adds slices or adds versions calls these functions; nothing else writes the figures.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from core.metrics.counts import count
from core.records.decisions import Decision, RejectReason, StatusChange
from core.records.masks import Origin
from core.records.slices import Status
from core.store.database import Store
from core.store.names import NAME_LETTERS, stored_name, stored_text
from core.store.slices.label_pixels import count_labels, labels_in
from core.store.tables.base import now
from core.store.tables.derived import CorrectionTable, MaskLabelTable, StatusChangeTable
from core.store.tables.hearts import HeartStakeTable
from core.store.tables.masks import MaskTable
from core.store.tables.slices import SliceTable

NOBODY = Decision()


def change_status(session: Session, image: SliceTable, status: Status, decision: Decision = NOBODY) -> None:
    """Let a slice have another status, and note when, what it was, who did it and why.

    To be the same again is no change, unless it is said why, or another mask is approved.
    """
    is_another = image.status != status or decision.is_explained
    if status == Status.APPROVED:
        approved, image.approved_version_id = image.approved_version_id, image.newest_version_id
        is_another = is_another or approved not in (None, image.newest_version_id)
    if is_another:
        _note(session, [(image.id, image.status, status)], decision)
        image.status = status
        forget_stakes(session, {image.series_id})


def change_statuses(session: Session, images: Sequence[SliceTable], status: Status) -> None:
    """Let slices of other statuses have this one, by nobody's decision, and note it."""
    _note(session, [(image.id, image.status, status) for image in images])
    for image in images:
        image.status = status
    forget_stakes(session, {image.series_id for image in images})


def status_changes(store: Store, slice_id: int, limit: int = 20) -> list[StatusChange]:
    """Return what became of a slice, newest first."""
    query = (
        select(StatusChangeTable)
        .where(StatusChangeTable.slice_id == slice_id)
        .order_by(StatusChangeTable.id.desc())
        .limit(limit)
    )
    with store.reading() as session:
        return [
            StatusChange(
                Status(row.before) if row.before else None,
                Status(row.after),
                row.changed_at,
                Decision(row.person, RejectReason(row.reason) if row.reason else None, row.words),
            )
            for row in session.scalars(query)
        ]


def add_slices(session: Session, images: Sequence[SliceTable]) -> None:
    """Add slices, all at once since a cine has hundreds, and note that they came in, and as what."""
    session.add_all(images)
    session.flush()
    _note(session, [(image.id, None, Status(image.status)) for image in images])


def add_versions(session: Session, images: Sequence[SliceTable], versions: Sequence[MaskTable]) -> None:
    """Add a version to each slice, whose row then repeats it, and keep its figures."""
    session.add_all(versions)
    session.flush()
    for image, version in zip(images, versions, strict=True):
        image.newest_version_id, image.newest_origin = version.id, version.origin
    if versions:
        forget_stakes(session, {image.series_id for image in images})
        counts = [row for version in versions for row in count_labels(version)]
        session.execute(insert(MaskLabelTable), counts)
    for version in versions:
        if version.origin == Origin.READER:
            _compare_with_model(session, version)


def forget_stakes(session: Session, series_ids: Collection[int]) -> None:
    """Forget what is at stake in hearts, since what that rests on changes; their list finds it anew."""
    session.execute(delete(HeartStakeTable).where(HeartStakeTable.series_id.in_(series_ids)))


def _compare_with_model(session: Session, version: MaskTable) -> None:
    """Keep what a reader changed of the model's mask that came before."""
    proposals = (
        select(MaskTable.id, MaskTable.pixels)
        .where(
            MaskTable.slice_id == version.slice_id,
            MaskTable.origin == Origin.MODEL,
            MaskTable.id < version.id,
        )
        .order_by(MaskTable.id.desc())
    )
    proposal = session.execute(proposals.limit(1)).first()
    if proposal is not None:
        confusion = count(labels_in(version.pixels), labels_in(proposal.pixels)).astype("<i4").tobytes()
        session.add(CorrectionTable(mask_id=version.id, model_mask_id=proposal.id, confusion=confusion))


def _note(
    session: Session, changes: Sequence[tuple[int, str | None, Status]], decision: Decision = NOBODY
) -> None:
    time = now()
    said = {
        "person": stored_name(decision.person, NAME_LETTERS),
        "reason": decision.reason,
        "words": stored_text(decision.words),
    }
    rows = [
        {"slice_id": slice_id, "before": before, "after": after, "changed_at": time, **said}
        for slice_id, before, after in changes
    ]
    if rows:
        session.execute(insert(StatusChangeTable), rows)
