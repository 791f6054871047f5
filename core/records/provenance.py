"""What the source of an image says of it: identifiers, place, person, machine, as far as it may be kept."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SliceProvenance:
    """One image of the source; empty where the format knows nothing of the kind."""

    sop_instance_uid: str = ""  # as it is kept: mapped, where the source was de-identified
    frame_number: int | None = None  # from 1, in an instance of several frames
    image_position_mm: tuple[float, float, float] | None = None  # centre of the first pixel, LPS
    image_orientation: tuple[float, ...] | None = None  # six cosines: along a row, along a column, LPS


@dataclass(frozen=True)
class SeriesProvenance:
    """One series of the source and the examination that it belongs to; empty or None where nobody says."""

    study_uid: str = ""  # this and the next two as they are kept
    series_uids: tuple[str, ...] = ()  # several where a scanner wrote one for each position
    frame_of_reference_uid: str = ""
    study_date: str = ""  # YYYYMMDD, shifted by so many days for each patient where it was de-identified
    sex: str = ""  # M, F, O or nothing
    age_years: float | None = None  # 90 stands for all above 89 where it was de-identified
    height_m: float | None = None
    weight_kg: float | None = None
    heart_rate_bpm: float | None = None
    nominal_interval_ms: float | None = None  # from one R wave to the next
    vendor: str = ""
    field_strength_t: float | None = None
    deidentified: bool = False  # whether identifiers are not those of the source
