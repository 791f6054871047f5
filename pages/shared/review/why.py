"""The words for what makes a slice worth a look."""

from core.labels import HEART
from core.records.reasons import Reason, Rule
from core.text import plural

SHORT = {structure.key: structure.short_name for structure in HEART.structures}
LONG = {structure.key: structure.name.lower() for structure in HEART.structures}


def phrase(reason: Reason) -> str:
    """Return a reason in words.

    >>> phrase(Reason(Rule.OPEN, "left_ventricle", "myocardium", amount=25))
    'myocardium does not enclose the LV (25 % open)'
    """
    amount = reason.amount or 0
    about = SHORT.get(reason.structure, "")
    match reason.rule:
        case Rule.UNSURE:
            return "the model is unsure"
        case Rule.UPSIDE_DOWN:
            return f"upside down it is segmented differently (Dice {amount:.2f})"
        case Rule.OPEN:
            return f"{LONG[reason.other]} does not enclose the {about} ({amount:.0f} % open)"
        case Rule.PIECES:
            return f"{about} in {amount:.0f} pieces"
        case Rule.TOUCHING:
            return f"{about} touches {SHORT[reason.other]} along {plural(round(amount), 'pixel')}"
        case Rule.HOLE:
            return f"a hole of {plural(round(amount), 'pixel')} in the heart"
        case Rule.MISSING:
            return f"no {about}, though the {reason.beside} on both sides have it"
        case Rule.LARGER | Rule.SMALLER:
            far = "far" if reason.amount is None else f"{amount:.1f} times"
            return f"{about} {far} {reason.rule} than in the {reason.beside} beside"
