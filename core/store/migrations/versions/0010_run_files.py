"""What a run keeps to go on from lies with the images, named by its content, and rows say which is which."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this form."""
    op.create_table(
        "run_file",
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("run.id"), primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    op.create_index("ix_run_file_sha256", "run_file", ["sha256"])


def downgrade() -> None:
    """Back; where runs go on from is forgotten, so that they begin anew."""
    op.drop_table("run_file")
