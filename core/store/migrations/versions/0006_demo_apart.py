"""Hearts of the demo are known by a key, and serve no training and no hold-out any more."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SPLITS = {  # that the demo's hearts had before, by their patients
    "demo-heart-1": "test",
    "demo-heart-2": "train",
    "demo-heart-3": "validation",
    "demo-heart-4": "test",
}
BEFORE, AFTER = "synthetic", "septum-demo"  # the group of these patients

patient = sa.table("patient", sa.column("name"), sa.column("group"), sa.column("split"))
image = sa.table("slice", sa.column("patient"), sa.column("split"))


def upgrade() -> None:
    """To this form; a patient who is only called like one of the demo's stays what he is."""
    of_demo = sa.and_(patient.c.name.in_(SPLITS), patient.c.group == BEFORE)
    names = list(op.get_bind().scalars(sa.select(patient.c.name).where(of_demo)))
    op.execute(patient.update().where(patient.c.name.in_(names)).values(group=AFTER, split="demo"))
    op.execute(image.update().where(image.c.patient.in_(names)).values(split="demo"))


def downgrade() -> None:
    """Back: each heart serves again what it served."""
    bind = op.get_bind()
    for name in list(bind.scalars(sa.select(patient.c.name).where(patient.c.group == AFTER))):
        split = SPLITS.get(name, "test")
        op.execute(patient.update().where(patient.c.name == name).values(group=BEFORE, split=split))
        op.execute(image.update().where(image.c.patient == name).values(split=split))
