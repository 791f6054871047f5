"""What is kept of a DICOM series' source: identifiers, place, person and machine, as `Names` lets them in."""

import re
from collections.abc import Sequence
from statistics import median

from core.imaging.deidentification.attributes import MAX_KEPT_YEARS
from core.imaging.dicom.header.frame import Frame
from core.imaging.dicom.naming.identity import Names
from core.records.provenance import SeriesProvenance, SliceProvenance

MS_A_MINUTE = 60_000.0
UID = re.compile(r"[0-9.]{1,64}")  # PS3.5 9.1; malformed ones of real scanners fit, too, words do not


def slice_provenance(frame: Frame, names: Names) -> SliceProvenance:
    """Return what one image's file says of it."""
    position = frame.position
    return SliceProvenance(
        sop_instance_uid=names.uid(frame.header.sop_uid),
        frame_number=frame.index + 1 if frame.header.n_frames > 1 else None,
        image_position_mm=(position[0], position[1], position[2]) if position else None,
        image_orientation=frame.orientation,
    )


def series_provenance(frames: Sequence[Frame], names: Names) -> SeriesProvenance:
    """Return what the files of a series say of it and of its examination."""
    examination = frames[0].header.examination
    series = dict.fromkeys(frame.header.examination.series_uid for frame in frames)
    references = {frame.header.frame_of_reference for frame in frames}
    age = examination.age_years
    if age is not None and names.deidentifier and age >= MAX_KEPT_YEARS:
        age = MAX_KEPT_YEARS
    interval = _typical([frame.header.interval_ms for frame in frames])
    rate = _typical([frame.header.heart_rate_bpm for frame in frames])
    return SeriesProvenance(
        study_uid=names.uid(examination.study_uid),
        series_uids=tuple(names.uid(uid) for uid in series if uid),
        frame_of_reference_uid=names.uid(references.pop()) if len(references) == 1 else "",
        study_date=names.date(examination.study_date),
        sex=examination.sex,
        age_years=age,
        height_m=examination.height_m,
        weight_kg=examination.weight_kg,
        heart_rate_bpm=rate or (round(MS_A_MINUTE / interval, 1) if interval else None),
        nominal_interval_ms=interval,
        vendor=examination.vendor,
        field_strength_t=examination.field_strength_t,
        deidentified=names.deidentifier is not None,
    )


def original_uids(frames: Sequence[Frame], names: Names) -> tuple[tuple[str, str], ...]:
    """Return (kept, original) of each identifier that was changed; what is no UID is forgotten."""
    uids = {
        uid: None
        for frame in frames
        for uid in (
            frame.header.examination.study_uid,
            frame.header.examination.series_uid,
            frame.header.frame_of_reference,
            frame.header.sop_uid,
        )
        if names.deidentifier and UID.fullmatch(uid)
    }
    return tuple((names.uid(uid), uid) for uid in uids)


def _typical(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value]
    return float(median(known)) if known else None
