"""Drafts that a spread has put aside lie in a table of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = "parent_id, tab, seq, pixels, seconds, changed_at"
BEGINS = "\n"  # the name under which they lay among the drafts of readers


def upgrade() -> None:
    """To this form."""
    op.create_table(
        "set_aside",
        sa.Column("slice_id", sa.Integer(), sa.ForeignKey("slice.id"), primary_key=True),
        sa.Column("spread", sa.String(32), primary_key=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("tab", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("pixels", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
    )
    op.execute(
        sa.text(
            f"INSERT INTO set_aside (slice_id, spread, {COLUMNS}) "
            f"SELECT slice_id, substr(reader, 2), {COLUMNS} FROM draft WHERE substr(reader, 1, 1) = :begins"
        ).bindparams(begins=BEGINS)
    )
    op.execute(sa.text("DELETE FROM draft WHERE substr(reader, 1, 1) = :begins").bindparams(begins=BEGINS))


def downgrade() -> None:
    """Back."""
    op.execute(
        sa.text(
            f"INSERT INTO draft (slice_id, reader, {COLUMNS}) SELECT slice_id, :begins || spread, {COLUMNS} "
            "FROM set_aside"
        ).bindparams(begins=BEGINS)
    )
    op.drop_table("set_aside")
