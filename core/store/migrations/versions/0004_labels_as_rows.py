"""Figures of single labels are rows, one for each label, and the store says which label set it holds."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SETTING = sa.table("setting", sa.column("name", sa.String), sa.column("value", sa.Text))
LABEL_SET = {"name": "label set", "value": "short-axis-heart"}
NUMBERS = {"background": 0, "right_ventricle": 1, "myocardium": 2, "left_ventricle": 3}  # of the set's labels
FOREGROUND = {name: number for name, number in NUMBERS.items() if number}
METRICS = ("dice", "iou")


def upgrade() -> None:
    """To this form: the database itself moves the figures, however many there are."""
    op.create_table(
        "mask_label",
        sa.Column("mask_id", sa.Integer(), sa.ForeignKey("mask.id"), primary_key=True),
        sa.Column("label", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("pixels", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    pixels = [f"SELECT mask_id, {number} AS label, {name} AS pixels" for name, number in NUMBERS.items()]
    op.execute(_insert("mask_label", "mask_id, label, pixels", pixels, "mask_pixels", "mask_id, label"))
    op.drop_table("mask_pixels")

    op.create_table(
        "epoch_label",
        sa.Column("run_id", sa.Integer(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("label", sa.Integer(), primary_key=True),
        sa.Column("dice", sa.Float(), nullable=True),
        sa.Column("iou", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(("run_id", "number"), ("epoch.run_id", "epoch.number")),
        sqlite_with_rowid=False,
    )
    figures = [
        f"SELECT run_id, number, {number} AS label, dice_{name} AS dice, iou_{name} AS iou"
        for name, number in FOREGROUND.items()
    ]
    columns, order = "run_id, number, label, dice, iou", "run_id, number, label"
    op.execute(_insert("epoch_label", columns, figures, "epoch", order))
    for metric in METRICS:
        for name in FOREGROUND:
            op.drop_column("epoch", f"{metric}_{name}")

    op.bulk_insert(SETTING, [LABEL_SET])


def downgrade() -> None:
    """Back."""
    op.execute(SETTING.delete().where(SETTING.c.name == LABEL_SET["name"]))
    for metric in METRICS:
        for name, number in FOREGROUND.items():
            op.add_column("epoch", sa.Column(f"{metric}_{name}", sa.Float(), nullable=True))
            op.execute(
                f"UPDATE epoch SET {metric}_{name} = (SELECT {metric} FROM epoch_label AS one WHERE "
                f"one.run_id = epoch.run_id AND one.number = epoch.number AND one.label = {number})"
            )
    op.drop_table("epoch_label")

    op.create_table(
        "mask_pixels",
        sa.Column("mask_id", sa.Integer(), sa.ForeignKey("mask.id"), primary_key=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in NUMBERS),
    )
    counts = [f"SUM(CASE label WHEN {number} THEN pixels ELSE 0 END)" for number in NUMBERS.values()]
    op.execute(
        f"INSERT INTO mask_pixels (mask_id, {', '.join(NUMBERS)}) "
        f"SELECT mask_id, {', '.join(counts)} FROM mask_label GROUP BY mask_id"
    )
    op.drop_table("mask_label")


def _insert(table: str, columns: str, selects: list[str], source: str, order: str) -> str:
    """A statement that fills a table by several selects of another one, in the order in which rows lie."""
    together = " UNION ALL ".join(f"{one} FROM {source}" for one in selects)
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM ({together}) AS moved ORDER BY {order}"
