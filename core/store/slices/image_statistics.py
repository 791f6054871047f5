"""What images look like, as it was noted at their import: by series, and which look alike."""

import json
import math
from dataclasses import dataclass

from sqlalchemy import func, select

from core.records.slices import Split
from core.store.database import Store
from core.store.tables.derived import ImageFigureTable
from core.store.tables.slices import SeriesTable, SliceTable


@dataclass(frozen=True)
class SeriesImageRow:
    """Means over the slices of one series."""

    series_id: int
    first_slice_id: int
    patient: str
    name: str
    format: str  # of its source: grey values of pictures are no scanner units
    split: Split
    n_slices: int
    mean_intensity: float
    contrast: float
    pixel_mm: float  # mean of row and column; NaN where nobody knows
    height: int
    width: int


@dataclass(frozen=True)
class DuplicateSlice:
    """A slice whose picture another one shows, too."""

    look: str
    slice_id: int
    series_id: int
    patient: str
    series: str
    split: Split
    position: int
    phase: int
    image_sha256: str


def series_images(store: Store) -> list[SeriesImageRow]:
    """Return the images of every series, as imported."""
    figures = (
        select(
            SliceTable.series_id,
            func.min(SliceTable.id).label("first_slice_id"),
            func.min(SliceTable.split).label("split"),
            func.count().label("n_slices"),
            func.avg(ImageFigureTable.mean).label("mean_intensity"),
            func.avg(ImageFigureTable.high - ImageFigureTable.low).label("contrast"),
            func.max(SliceTable.height).label("height"),
            func.max(SliceTable.width).label("width"),
        )
        .join(ImageFigureTable, ImageFigureTable.slice_id == SliceTable.id)
        .group_by(SliceTable.series_id)
        .subquery()
    )
    query = (
        select(figures, SeriesTable.patient, SeriesTable.name, SeriesTable.geometry)
        .join(SeriesTable, SeriesTable.id == figures.c.series_id)
        .order_by(SeriesTable.id)
    )
    series_rows = []
    with store.reading() as session:
        for row in session.execute(query):
            geometry = json.loads(row.geometry)
            spacing = geometry["spacing_mm"]
            series_rows.append(
                SeriesImageRow(
                    series_id=row.series_id,
                    first_slice_id=row.first_slice_id,
                    patient=row.patient,
                    name=row.name,
                    format=geometry["format"],
                    split=Split(row.split),
                    n_slices=row.n_slices,
                    mean_intensity=row.mean_intensity,
                    contrast=row.contrast,
                    pixel_mm=sum(spacing) / 2 if spacing else math.nan,
                    height=row.height,
                    width=row.width,
                )
            )
    return series_rows


def duplicate_slices(store: Store, most: int) -> list[DuplicateSlice]:
    """Return slices whose picture is in another series, too, by image hash; of at most so many pictures.

    Within one series neighbours in time may look alike, which is as it should be.
    """
    shared_hashes = (
        select(ImageFigureTable.look)
        .join(SliceTable, ImageFigureTable.slice_id == SliceTable.id)
        .where(ImageFigureTable.look != "")
        .group_by(ImageFigureTable.look)
        .having(func.count(SliceTable.series_id.distinct()) > 1)
        .order_by(func.count(SliceTable.split.distinct()).desc(), ImageFigureTable.look)
        .limit(most)
    )
    query = (
        select(ImageFigureTable.look, SliceTable, SeriesTable.name)
        .join(SliceTable, ImageFigureTable.slice_id == SliceTable.id)
        .join(SeriesTable, SliceTable.series_id == SeriesTable.id)
        .where(ImageFigureTable.look.in_(shared_hashes))
        .order_by(SliceTable.id)
    )
    with store.reading() as session:
        return [
            DuplicateSlice(
                look=look,
                slice_id=row.id,
                series_id=row.series_id,
                patient=row.patient,
                series=name,
                split=Split(row.split),
                position=row.position,
                phase=row.phase,
                image_sha256=row.image_sha256,
            )
            for look, row, name in session.execute(query)
        ]
