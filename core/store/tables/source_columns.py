"""Columns that keep what a source says of its images; loaded only by those who ask for them."""

from sqlalchemy import Float, String, Text
from sqlalchemy.orm import Mapped, mapped_column

SOURCE = "source"  # the group in which they are loaded: lists of slices leave them where they are


class SeriesSource:
    """What a source says of a series; "" and null where it says nothing."""

    phase_names: Mapped[str] = mapped_column(Text, default="[]", deferred_group=SOURCE)  # JSON: [[0, "ED"]]
    files: Mapped[str] = mapped_column(Text, default="[]", deferred_group=SOURCE)  # JSON of SourceFile
    study_uid: Mapped[str] = mapped_column(String(64), default="", deferred_group=SOURCE)
    series_uids: Mapped[str] = mapped_column(Text, default="[]", deferred_group=SOURCE)  # JSON list
    frame_of_reference_uid: Mapped[str] = mapped_column(String(64), default="", deferred_group=SOURCE)
    study_date: Mapped[str] = mapped_column(String(8), default="", deferred_group=SOURCE)  # YYYYMMDD
    sex: Mapped[str] = mapped_column(String(16), default="", deferred_group=SOURCE)
    age_years: Mapped[float | None] = mapped_column(Float, deferred_group=SOURCE)
    height_m: Mapped[float | None] = mapped_column(Float, deferred_group=SOURCE)
    weight_kg: Mapped[float | None] = mapped_column(Float, deferred_group=SOURCE)
    heart_rate_bpm: Mapped[float | None] = mapped_column(Float, deferred_group=SOURCE)
    nominal_interval_ms: Mapped[float | None] = mapped_column(Float, deferred_group=SOURCE)
    vendor: Mapped[str] = mapped_column(String(100), default="", deferred_group=SOURCE)
    field_strength_t: Mapped[float | None] = mapped_column(Float, deferred_group=SOURCE)
    deidentified: Mapped[bool] = mapped_column(default=False, deferred_group=SOURCE)


class SliceSource:
    """What a source says of one image."""

    sop_instance_uid: Mapped[str] = mapped_column(String(64), default="", index=True, deferred_group=SOURCE)
    frame_number: Mapped[int | None] = mapped_column(deferred_group=SOURCE)  # from 1
    image_position_mm: Mapped[str | None] = mapped_column(Text, deferred_group=SOURCE)  # JSON, LPS
    image_orientation: Mapped[str | None] = mapped_column(Text, deferred_group=SOURCE)  # JSON, 6 cosines
