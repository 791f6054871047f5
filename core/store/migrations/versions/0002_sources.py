"""What a source says is kept, ids are never used twice, and whole series can be deleted."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SERIES_LISTS = ("phase_names", "files", "series_uids")  # JSON
SERIES_WORDS = {"study_uid": 64, "frame_of_reference_uid": 64, "study_date": 8, "sex": 16, "vendor": 100}
SERIES_NUMBERS = (
    "age_years",
    "height_m",
    "weight_kg",
    "heart_rate_bpm",
    "nominal_interval_ms",
    "field_strength_t",
)
INDEXES = (  # without those on references, the deletion of each row would read a whole table
    ("slice", "image_sha256"),
    ("slice", "sop_instance_uid"),
    ("mask", "parent_id"),
    ("score", "version_id"),
    ("scored_mask", "slice_id"),
    ("correction", "model_mask_id"),
)


def series_columns() -> list[sa.Column]:
    """What a source says of a series."""
    lists = [sa.Column(name, sa.Text(), nullable=False, server_default="[]") for name in SERIES_LISTS]
    words = [
        sa.Column(name, sa.String(length), nullable=False, server_default="")
        for name, length in SERIES_WORDS.items()
    ]
    numbers = [sa.Column(name, sa.Float(), nullable=True) for name in SERIES_NUMBERS]
    flag: sa.Column = sa.Column("deidentified", sa.Boolean(), nullable=False, server_default=sa.false())
    return [*lists, *words, *numbers, flag]


def slice_columns() -> list[sa.Column]:
    """What a source says of an image."""
    return [
        sa.Column("sop_instance_uid", sa.String(64), nullable=False, server_default=""),
        sa.Column("frame_number", sa.Integer(), nullable=True),
        sa.Column("image_position_mm", sa.Text(), nullable=True),
        sa.Column("image_orientation", sa.Text(), nullable=True),
    ]


def upgrade() -> None:
    """To this form; SQLite copies three tables, since only new ones can count their ids on for ever."""
    anew: Literal["always", "auto"] = "always" if op.get_bind().dialect.name == "sqlite" else "auto"
    for table, columns in (("series", series_columns()), ("slice", slice_columns()), ("mask", [])):
        with op.batch_alter_table(
            table, recreate=anew, table_kwargs={"sqlite_autoincrement": True}
        ) as batch_op:
            for column in columns:
                batch_op.add_column(column)
    for table, indexed in INDEXES:
        op.create_index(f"ix_{table}_{indexed}", table, [indexed])
    op.create_table(
        "original_uid",
        sa.Column("kept", sa.String(64), primary_key=True),
        sa.Column("original", sa.Text(), nullable=False),
    )
    op.create_table("unused_array", sa.Column("image_sha256", sa.String(64), primary_key=True))


def downgrade() -> None:
    """Back; ids go on being used once only, which does no harm."""
    op.drop_table("unused_array")
    op.drop_table("original_uid")
    for table, indexed in INDEXES:
        op.drop_index(f"ix_{table}_{indexed}", table)
    for table, columns in (("slice", slice_columns()), ("series", series_columns())):
        for column in columns:
            op.drop_column(table, column.name)
