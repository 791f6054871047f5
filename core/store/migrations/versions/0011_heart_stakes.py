"""What corrections would change in a heart's EF is kept, so that a list of very many is in order at once."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this form; hearts are ranked when their list is opened first."""
    op.create_table(
        "heart_stake",
        sa.Column("series_id", sa.Integer(), sa.ForeignKey("series.id"), primary_key=True),
        sa.Column("ef_points", sa.Float(), nullable=False),
    )


def downgrade() -> None:
    """Back; nothing is lost that cannot be found again."""
    op.drop_table("heart_stake")
