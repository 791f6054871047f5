"""Figures that older stores have in a column for each label are rows afterwards: all of them, or none."""

import math
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from core.errors import StoreUnavailable
from core.labels import FOREGROUND, HEART
from core.store.checks.masks import version_problems
from core.store.connection.label_set import LABEL_SET
from core.store.connection.migrating import form_of, newest_form
from core.store.runs.epochs import epochs_of
from core.store.slices.slice_arrays import masked_slices
from core.store.tables.base import SettingTable
from tests.servers.databases import behind
from tests.store.old_form import take_back, write_old_store
from tests.store.small import open_at

MANY = 20_000  # masks


def change(folder: Path, *statements: str) -> None:
    """Change an older store behind Septum's back."""
    with behind(folder) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize("form", ["0001", "0002", "0003"])
def test_an_older_store_of_every_form_keeps_the_figures_of_each_label(tmp_path, form):
    write_old_store(tmp_path, form)
    store = open_at(tmp_path)
    assert masked_slices(store, vouched=False).pixels.tolist() == [[8, 8, 7, 7], [8, 8, 7, 7]]
    assert list(version_problems(store, lambda n: None)) == []
    first, second = epochs_of(store, [1])[1]
    assert all(math.isnan(value) for value in (*first.validation_dice, *first.validation_iou))
    dice, iou = (
        dict(zip(FOREGROUND, values, strict=True))
        for values in (second.validation_dice, second.validation_iou)
    )
    right, myocardium, left = FOREGROUND
    assert (dice[right], dice[left], iou[right], iou[left]) == (0.5, 0.75, 0.25, 0.625)
    assert math.isnan(dice[myocardium])
    assert math.isnan(iou[myocardium])
    assert (second.validation_loss, second.best, second.seconds) == (0.25, True, 2.5)


@pytest.mark.sqlite
def test_figures_of_many_masks_move_each_to_its_own_label(tmp_path):
    write_old_store(tmp_path, "0003")
    change(
        tmp_path,
        "INSERT INTO mask (id, slice_id, origin, author, pixels, note, created_at) "
        f"WITH RECURSIVE n(i) AS (SELECT 4 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY + 3}) "
        "SELECT i, 2, 'model', 'unet', x'00', '', '2026-01-02 03:04:05' FROM n",
        "INSERT INTO mask_pixels SELECT id, 4*id, 4*id + 1, 4*id + 2, 4*id + 3 FROM mask WHERE id > 3",
    )
    store = open_at(tmp_path)
    with store.reading() as session:
        query = "SELECT mask_id, label, pixels FROM mask_label WHERE mask_id > 3 ORDER BY mask_id, label"
        rows = np.array(session.execute(sa.text(query)).all())
    assert rows[:, 0].tolist() == np.repeat(np.arange(4, MANY + 4), 4).tolist()
    assert rows[:, 1].tolist() == [0, 1, 2, 3] * MANY
    assert np.array_equal(rows[:, 2], 4 * rows[:, 0] + rows[:, 1])


@pytest.mark.sqlite  # a server keeps no row that refers to none
def test_a_store_whose_figures_cannot_all_move_stays_as_it_was(tmp_path):
    write_old_store(tmp_path, "0003")
    change(tmp_path, "INSERT INTO mask_pixels VALUES (99, 1, 2, 3, 4)")  # of a mask that is not there
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="nothing was changed, put a backup in its place"):
            open_at(tmp_path)
    with behind(tmp_path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0003",)]
        assert connection.execute("SELECT * FROM mask_pixels WHERE mask_id = 99").fetchall() == [
            (99, 1, 2, 3, 4)
        ]
        assert connection.execute("SELECT dice_left_ventricle FROM epoch").fetchall() == [(None,), (0.75,)]
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert tables.isdisjoint({"mask_label", "epoch_label"})


def test_the_way_back_and_forth_again_keeps_every_figure(tmp_path):
    write_old_store(tmp_path)
    store = open_at(tmp_path)
    pixels, epochs = masked_slices(store, vouched=False).pixels, repr(epochs_of(store, [1]))
    take_back(store, "0003")
    with store.engine.connect() as connection:
        columns = "background, right_ventricle, myocardium, left_ventricle"
        rows = connection.exec_driver_sql(f"SELECT {columns} FROM mask_pixels").all()
        assert rows == [(8, 8, 7, 7)] * 3
        assert connection.exec_driver_sql("SELECT iou_left_ventricle FROM epoch").all() == [(None,), (0.625,)]
    again = open_at(tmp_path)
    assert form_of(again.engine) == newest_form()
    assert np.array_equal(masked_slices(again, vouched=False).pixels, pixels)
    assert repr(epochs_of(again, [1])) == epochs


def test_a_store_says_which_label_set_its_masks_hold(store):
    with store.reading() as session:
        assert session.get_one(SettingTable, LABEL_SET).value == HEART.id == "short-axis-heart"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE setting SET value = 'left-atrium' WHERE name = 'label set'", "'left-atrium'"),
        ("DELETE FROM setting WHERE name = 'label set'", "'of no name'"),
    ],
)
def test_a_store_of_another_label_set_is_refused_in_a_sentence(tmp_path, statement, told):
    open_at(tmp_path).engine.dispose()
    change(tmp_path, statement)
    with pytest.raises(StoreUnavailable, match=f"label set {told}, and this Septum knows 'short-axis-heart'"):
        open_at(tmp_path)
