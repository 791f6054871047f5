"""Runs count beats and say who asked; models can be removed; a trail says who did what."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this form; a run at work keeps its token, and whoever looks sees whether it goes on beating."""
    op.add_column("run", sa.Column("beats", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("run", sa.Column("asked_by", sa.String(255), nullable=False, server_default=""))
    op.add_column("run", sa.Column("stopped_by", sa.String(255), nullable=False, server_default=""))
    op.drop_column("run", "lease_until")
    op.add_column("model", sa.Column("removed_at", sa.DateTime(), nullable=True))
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_subject", "event", ["subject"])


def downgrade() -> None:
    """Back; who asked and who stopped is forgotten."""
    op.drop_index("ix_event_subject", "event")
    op.drop_table("event")
    op.drop_column("model", "removed_at")
    op.add_column("run", sa.Column("lease_until", sa.DateTime(), nullable=True))
    for name in ("stopped_by", "asked_by", "beats"):
        op.drop_column("run", name)
