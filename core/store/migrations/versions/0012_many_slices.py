"""A million slices: what is at stake in each heart is kept, and counts read an index alone."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this form; hearts are ranked when their list is opened first."""
    op.create_table(
        "heart_stake",
        sa.Column("series_id", sa.Integer(), sa.ForeignKey("series.id"), primary_key=True),
        sa.Column("ef_points", sa.Float(), nullable=False),
    )
    for column in ("uncertainty", "worth"):  # in the very order of the queue, where what has no value is last
        op.drop_index(f"slice_by_{column}", "slice")
        order = (sa.text(f"({column} IS NULL)"), sa.text(f"{column} DESC"), sa.text("id"))
        op.create_index(f"slice_by_{column}", "slice", order)
    op.create_index("score_by_model", "score", ["model_id", "version_id"])
    op.create_index("slice_by_origin", "slice", ["newest_origin", "split", "newest_version_id"])


def downgrade() -> None:
    """Back; nothing is lost that cannot be found again."""
    op.drop_index("slice_by_origin", "slice")
    for column in ("uncertainty", "worth"):
        op.drop_index(f"slice_by_{column}", "slice")
        op.create_index(f"slice_by_{column}", "slice", [column, "id"])
    op.drop_index("score_by_model", "score")
    op.drop_table("heart_stake")
