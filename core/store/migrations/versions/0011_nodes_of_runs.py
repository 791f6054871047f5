"""How many nodes have done how many shards of a run stands in figures, not in words."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

IN_SHARDS = "kind IN ('prediction', 'scoring')"


def upgrade() -> None:
    """To this form; what the words said of runs that are over is let go."""
    for name in ("n_nodes", "n_shards"):
        op.add_column("run", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.execute(f"UPDATE run SET device = '' WHERE {IN_SHARDS}")


def downgrade() -> None:
    """Back."""
    for name in ("n_shards", "n_nodes"):
        op.drop_column("run", name)
