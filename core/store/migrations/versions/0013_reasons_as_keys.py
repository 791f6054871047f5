"""Why a slice is worth a look is kept as rules with their numbers, no longer as phrases of a page."""

import json
import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SLICE = sa.table("slice", sa.column("id", sa.Integer), sa.column("reasons", sa.Text))
AT_ONCE = 1000
SHORT = {"right_ventricle": "RV", "myocardium": "Myo", "left_ventricle": "LV"}
KEYS = {name: key for key, name in SHORT.items()} | {"myocardium": "myocardium"}
NAME = "(RV|Myo|LV)"
Reason = dict[str, object]
PATTERNS: dict[str, re.Pattern[str]] = {  # whose groups are what FIELDS name
    "unsure": re.compile(r"the model is unsure"),
    "upside_down": re.compile(r"upside down it is segmented differently \(Dice (\d+\.\d+)\)"),
    "open": re.compile(rf"(myocardium) does not enclose the {NAME} \((\d+) % open\)"),
    "pieces": re.compile(rf"{NAME} in (\d+) pieces"),
    "touching": re.compile(rf"{NAME} touches {NAME} along (\d+) pixels"),
    "hole": re.compile(r"a hole of (\d+) pixels? in the heart"),
    "missing": re.compile(rf"no {NAME}, though the (slices|phases) on both sides have it"),
    "larger": re.compile(rf"{NAME} (?:(\d+\.\d+) times|far) larger than in the (slices|phases) beside"),
    "smaller": re.compile(rf"{NAME} (?:(\d+\.\d+) times|far) smaller than in the (slices|phases) beside"),
}
FIELDS: dict[str, tuple[str, ...]] = {
    "unsure": (),
    "upside_down": ("amount",),
    "open": ("other", "structure", "amount"),
    "pieces": ("structure", "amount"),
    "touching": ("structure", "other", "amount"),
    "hole": ("amount",),
    "missing": ("structure", "beside"),
    "larger": ("structure", "amount", "beside"),
    "smaller": ("structure", "amount", "beside"),
}


def upgrade() -> None:
    """To this form; a phrase that no version ever wrote goes, and the next look at the mask finds anew."""
    _rewrite(lambda phrases: [reason for phrase in phrases if (reason := reason_of(str(phrase)))])


def downgrade() -> None:
    """Back; nothing is lost."""
    _rewrite(lambda reasons: [phrase_of(reason) for reason in reasons if isinstance(reason, dict)])


def reason_of(phrase: str) -> Reason | None:
    """Return what a phrase said."""
    for rule, pattern in PATTERNS.items():
        if found := pattern.fullmatch(phrase):
            said = dict(zip(FIELDS[rule], found.groups(), strict=True))
            return {"rule": rule} | {name: _value(name, word) for name, word in said.items() if word}
    return None


def _value(field: str, word: str) -> object:
    if field == "amount":
        return float(word)
    return word if field == "beside" else KEYS[word]


def phrase_of(reason: Reason) -> str:
    """Return the phrase that said it."""
    about, other = (SHORT.get(str(reason.get(name)), "") for name in ("structure", "other"))
    amount, beside = float(str(reason.get("amount", 0))), reason.get("beside")
    times = f"{amount:.1f} times" if "amount" in reason else "far"
    phrases = {
        "unsure": "the model is unsure",
        "upside_down": f"upside down it is segmented differently (Dice {amount:.2f})",
        "open": f"myocardium does not enclose the {about} ({amount:.0f} % open)",
        "pieces": f"{about} in {amount:.0f} pieces",
        "touching": f"{about} touches {other} along {amount:.0f} pixels",
        "hole": f"a hole of {amount:.0f} pixel{'' if amount == 1 else 's'} in the heart",
        "missing": f"no {about}, though the {beside} on both sides have it",
        "larger": f"{about} {times} larger than in the {beside} beside",
        "smaller": f"{about} {times} smaller than in the {beside} beside",
    }
    return phrases[str(reason["rule"])]


def _rewrite(changed: Callable[[list[object]], list[object]]) -> None:
    """Put into each slice what comes of its list, some slices at a time."""
    connection = op.get_bind()
    query = sa.select(SLICE.c.id, SLICE.c.reasons).where(SLICE.c.reasons != "[]").order_by(SLICE.c.id)
    change = SLICE.update().where(SLICE.c.id == sa.bindparam("which")).values(reasons=sa.bindparam("now"))
    last = 0
    while rows := connection.execute(query.where(SLICE.c.id > last).limit(AT_ONCE)).all():
        values = [{"which": number, "now": json.dumps(changed(json.loads(kept)))} for number, kept in rows]
        connection.execute(change, values)
        last = rows[-1][0]
