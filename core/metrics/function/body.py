"""Body surface area by a named formula, by which volumes, mass and output are indexed."""

import math
from collections.abc import Callable
from enum import StrEnum

from core.metrics.function.figure import Figure
from core.records.hearts import Body

CM_PER_M = 100.0


class BsaFormula(StrEnum):
    """Whose formula; the value is what is stored and exported."""

    MOSTELLER = "mosteller"  # DCM 122244
    DU_BOIS = "du_bois"  # DCM 122241


BSA_TITLES = {BsaFormula.MOSTELLER: "Mosteller", BsaFormula.DU_BOIS: "Du Bois"}


def mosteller_m2(height_m: float, weight_kg: float) -> float:
    """Return the square root of cm x kg / 3600. Source: Mosteller, N Engl J Med 317:1098, 1987.

    >>> mosteller_m2(1.8, 80.0)
    2.0
    """
    return math.sqrt(height_m * CM_PER_M * weight_kg / 3600)


def du_bois_m2(height_m: float, weight_kg: float) -> float:
    """Return 0.007184 kg^0.425 cm^0.725. Source: Du Bois and Du Bois, Arch Intern Med 17:863, 1916.

    >>> round(du_bois_m2(1.8, 80.0), 3)
    1.996
    """
    return 0.007184 * weight_kg**0.425 * (height_m * CM_PER_M) ** 0.725


FORMULAS: dict[BsaFormula, Callable[[float, float], float]] = {
    BsaFormula.MOSTELLER: mosteller_m2,
    BsaFormula.DU_BOIS: du_bois_m2,
}


def bsa_m2(body: Body, formula: BsaFormula = BsaFormula.MOSTELLER) -> Figure:
    """Return the surface of a body in m², or what is not known of it."""
    missing = [
        name for name, value in (("height", body.height_m), ("weight", body.weight_kg)) if value is None
    ]
    if body.height_m is None or body.weight_kg is None:
        verb = "is" if len(missing) == 1 else "are"
        return Figure(None, f"{' and '.join(missing)} {verb} not known")
    return Figure(FORMULAS[formula](body.height_m, body.weight_kg))
