"""A series says how its pictures are shown, and slices how far they are from the base."""

import json
import math

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEYS = {"turn": "0", "base": "", "base_told": ""}  # of a series, with what stands where nobody said anything
BY_HEART = ("patient", "series_id", "phase", "{place}", "status")
MIN_COSINE = (
    0.7  # of a stack with the way from base to apex: left, forward and down, as (right, anterior, superior)
)
ALONG_THE_BODY = 0.9999

series = sa.table("series", sa.column("id"), sa.column("geometry"), sa.column("base"), sa.column("base_told"))
image = sa.table("slice", sa.column("series_id"), sa.column("position"), sa.column("from_base"))


def upgrade() -> None:
    """To this form; where planes say how they lie in the patient, slices count from the base."""
    for name, usual in KEYS.items():
        op.add_column("series", sa.Column(name, sa.String(8), nullable=False, server_default=usual))
    op.add_column("slice", sa.Column("from_base", sa.Integer(), nullable=False, server_default="0"))
    op.execute(image.update().values(from_base=image.c.position))
    bind = op.get_bind()
    for number, geometry in bind.execute(sa.select(series.c.id, series.c.geometry)).all():
        base = base_of(json.loads(geometry))
        if not base:
            continue
        of_series = image.c.series_id == number
        op.execute(series.update().where(series.c.id == number).values(base=base, base_told="source"))
        if base == "last":
            furthest = bind.scalar(sa.select(sa.func.max(image.c.position)).where(of_series)) or 0
            op.execute(image.update().where(of_series).values(from_base=furthest - image.c.position))
    by_heart("position", "from_base")


def downgrade() -> None:
    """Back: slices are counted as the source has them, pictures shown as they came."""
    by_heart("from_base", "position")
    op.drop_column("slice", "from_base")
    for name in KEYS:
        op.drop_column("series", name)


def by_heart(before: str, after: str) -> None:
    """Have the index that lists slices heart by heart go by another column."""
    op.drop_index("slice_by_heart", "slice")
    op.create_index("slice_by_heart", "slice", [column.format(place=after) for column in BY_HEART])


def base_of(geometry: dict) -> str:
    """Return "first" or "last", the end of the stack that is the base; "" where its planes do not tell.

    The transform is the one that series came with; one of voxel sizes alone tells nothing of a patient.
    """
    affine, axis = geometry.get("affine"), geometry.get("slice_axis", 2)
    if not affine:
        return ""
    columns = [unit([row[column] for row in affine[:3]]) for column in range(3)]
    if not all(columns):
        return ""
    plain = all(max(abs(part) for part in column) >= ALONG_THE_BODY for column in columns)
    right, anterior, superior = columns[axis]
    cosine = (-right + anterior - superior) / math.sqrt(3)
    if (plain and geometry.get("format") != "dicom") or not abs(cosine) >= MIN_COSINE:
        return ""
    return "first" if cosine > 0 else "last"


def unit(column: list[float]) -> list[float]:
    """Return a direction of length 1; [] for none."""
    length = math.sqrt(sum(part * part for part in column))
    return [part / length for part in column] if length and math.isfinite(length) else []
