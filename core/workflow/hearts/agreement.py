"""What two ways to draw measure of the same hearts: a model and references, or a reader and another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan

from core.metrics.function.figure import FIGURES, FigureKind
from core.metrics.function.heart import HeartFunction, heart_function
from core.metrics.function.moments import Moments
from core.metrics.statistics.agreement import MeasureAgreement, agreement_of
from core.records.exports import MaskChoice, Selection
from core.store.database import open_store
from core.workflow.hearts.loading import LoadedHeart, chosen_series, load_heart
from core.workflow.hearts.measure import function_without

COMPARED = (
    *("lv_edv_ml", "lv_esv_ml", "lv_sv_ml", "lv_ef_percent", "lv_mass_g"),
    *("rv_edv_ml", "rv_esv_ml", "rv_sv_ml", "rv_ef_percent"),
)
LOOK_AGAIN = {"lv_ef_percent": 5.0, "lv_edv_ml": 15.0, "lv_mass_g": 17.0}  # by which two readers may differ


@dataclass(frozen=True)
class ComparedHeart:
    """One heart as both measure it."""

    series_id: int
    patient: str
    ours: dict[str, float]  # by figure, those that are numbers
    theirs: dict[str, float]

    @property
    def to_adjudicate(self) -> tuple[str, ...]:
        """Figures by which both differ more than readers should, see `LOOK_AGAIN`."""
        differences = {key: abs(self.ours[key] - self.theirs[key]) for key in self.ours if key in self.theirs}
        return tuple(key for key, most in LOOK_AGAIN.items() if differences.get(key, 0.0) > most)


@dataclass(frozen=True)
class FigureAgreement:
    """One figure of all hearts that both measured."""

    kind: FigureKind
    agreement: MeasureAgreement


@dataclass(frozen=True)
class HeartsOfTwo:
    """Hearts that two readers drew."""

    hearts: tuple[ComparedHeart, ...]
    figures: tuple[FigureAgreement, ...]  # empty where there is no such heart

    @property
    def to_adjudicate(self) -> tuple[str, ...]:
        """Patients on whose hearts both differ more than readers should."""
        return tuple(heart.patient for heart in self.hearts if heart.to_adjudicate)


def compare_hearts(ours: Selection, theirs: Selection) -> list[ComparedHeart]:
    """Return all hearts that have whole masks at ED and ES of both; the second one's phases hold for both.

    Args:
        ours: whose masks are compared, such as a model's; it also says which series.
        theirs: with whose, such as references or another reader's.

    Raises:
        NotFound: when a series is not there.
    """
    store = open_store()
    found = []
    for row in chosen_series(store, ours):
        reference = load_heart(store, row.id, theirs)
        known = function_without(reference, reference.choices.left_out)
        here = _with_moments(load_heart(store, row.id, ours), known.basis.moments)
        one = ComparedHeart(row.id, row.patient, _values(here), _values(known))
        if one.ours.keys() & one.theirs.keys():
            found.append(one)
    return found


def heart_agreement(hearts: Sequence[ComparedHeart]) -> list[FigureAgreement]:
    """Return bias, limits of agreement and mean absolute error of each figure, with their intervals."""
    patients = [heart.patient for heart in hearts]

    def column(side: Callable[[ComparedHeart], dict[str, float]], key: str) -> list[float]:
        return [side(heart).get(key, nan) for heart in hearts]

    return [
        FigureAgreement(
            FIGURES[key],
            agreement_of(
                column(lambda heart: heart.ours, key), column(lambda heart: heart.theirs, key), patients
            ),
        )
        for key in COMPARED
    ]


def readers_agree(one: str, other: str, patients: Sequence[str]) -> HeartsOfTwo:
    """Return the hearts that both readers drew whole at ED and ES, and how their figures agree."""
    ours = Selection(MaskChoice.READER, reader=one, patients=tuple(patients))
    hearts = compare_hearts(ours, Selection(MaskChoice.READER, reader=other))
    return HeartsOfTwo(tuple(hearts), tuple(heart_agreement(hearts)) if hearts else ())


def _with_moments(heart: LoadedHeart, moments: Moments) -> HeartFunction:
    return heart_function(heart.stack, moments, left_out=heart.choices.left_out)


def _values(function: HeartFunction) -> dict[str, float]:
    return {key: value for key in COMPARED if (value := function.figures[key].value) is not None}
