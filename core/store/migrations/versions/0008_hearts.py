"""Readers decide on whole hearts: phases, slices that count, what is known of the body."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this form."""
    op.create_table(
        "heart_fact",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("series_id", sa.Integer(), sa.ForeignKey("series.id"), nullable=False),
        sa.Column("fact", sa.String(40), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("reader", sa.String(255), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_heart_fact_series_id", "heart_fact", ["series_id"])
    op.create_table(
        "slice_decision",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("slice_id", sa.Integer(), sa.ForeignKey("slice.id"), nullable=False),
        sa.Column("structure", sa.String(40), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("reader", sa.String(255), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("slice_decision_by_slice", "slice_decision", ["slice_id", "structure"])


def downgrade() -> None:
    """Back; what was decided on whole hearts is forgotten."""
    op.drop_table("slice_decision")
    op.drop_table("heart_fact")
