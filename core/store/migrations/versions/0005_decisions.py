"""Slices say which version was approved, changes of status say who made them and why; hearts lie together."""

import json
import re

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SLICE = sa.table("slice", sa.column("id", sa.Integer), sa.column("reasons", sa.Text))
NATS = re.compile(r"the model is unsure \(\d+\.\d+ nats in the heart\)")
AT_ONCE = 1000


def upgrade() -> None:
    """To this form."""
    op.add_column("slice", sa.Column("approved_version_id", sa.Integer(), nullable=True))
    op.execute("UPDATE slice SET approved_version_id = newest_version_id WHERE status = 'approved'")
    op.add_column("status_change", sa.Column("person", sa.String(255), nullable=False, server_default=""))
    op.add_column("status_change", sa.Column("reason", sa.String(40), nullable=True))
    op.add_column("status_change", sa.Column("words", sa.Text(), nullable=False, server_default=""))
    op.drop_index("slice_by_patient", "slice")
    op.create_index("slice_by_heart", "slice", ["patient", "series_id", "phase", "position", "status"])
    _drop_nats()


def downgrade() -> None:
    """Back; who decided and why is forgotten."""
    op.drop_index("slice_by_heart", "slice")
    op.create_index("slice_by_patient", "slice", ["patient", "id"])
    for name in ("words", "reason", "person"):
        op.drop_column("status_change", name)
    op.drop_column("slice", "approved_version_id")


def _drop_nats() -> None:
    """Take a measure that no reader knows out of what was said of slices."""
    connection = op.get_bind()
    query = sa.select(SLICE.c.id, SLICE.c.reasons).where(SLICE.c.reasons.contains("nats in the heart"))
    rows = connection.execute(query).all()
    change = SLICE.update().where(SLICE.c.id == sa.bindparam("which")).values(reasons=sa.bindparam("said"))
    for first in range(0, len(rows), AT_ONCE):
        said = [
            {
                "which": slice_id,
                "said": json.dumps([NATS.sub("the model is unsure", one) for one in json.loads(reasons)]),
            }
            for slice_id, reasons in rows[first : first + AT_ONCE]
        ]
        connection.execute(change, said)
