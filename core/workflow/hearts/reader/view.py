"""A reader's heart: measured with the own strokes on all its slices, and as the model proposed it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.labels import HEART
from core.metrics.function.base import EndSlice
from core.metrics.function.body import BSA_TITLES as FORMULA_TITLES
from core.metrics.function.body import BsaFormula as Formula
from core.metrics.function.heart import HeartFunction
from core.metrics.function.moments import Moment
from core.metrics.function.stack import walled_first
from core.records.exports import EVERYTHING, MaskChoice, Selection
from core.records.hearts import PHASE_FACTS, HeartChoices
from core.store.database import Store, open_store
from core.store.hearts.states import DraftState, ModelState, draft_states, model_state
from core.store.masks.drafts import load_drafts
from core.workflow.hearts.loading import LoadedHeart, Pixels, counted, load_heart
from core.workflow.hearts.measure import MeasuredHeart, function_without, measured

__all__ = [
    "CAVITIES",
    "FORMULA_TITLES",
    "NOTHING_COUNTED",
    "Counted",
    "EndSlice",
    "Formula",
    "Moment",
    "ReaderHeart",
    "reader_heart",
]

CAVITIES = walled_first(HEART)  # in the order in which they are shown
OF_MODEL = Selection(MaskChoice.MODEL)


@dataclass(frozen=True, eq=False)
class Proposal:
    """A heart in the masks of models, as they were in this state."""

    series_id: int
    state: ModelState
    heart: LoadedHeart


@dataclass(frozen=True, eq=False)
class Counted:
    """What was counted for a reader so far: each state of strokes, or of a model's masks, once."""

    strokes: Mapping[DraftState, Pixels] = field(default_factory=dict)
    proposal: Proposal | None = None


NOTHING_COUNTED = Counted()


@dataclass(frozen=True, eq=False)
class ReaderHeart:
    """A heart as one reader finds it at one moment."""

    heart: LoadedHeart
    found: MeasuredHeart
    proposed: HeartFunction | None  # None where no model has said anything
    counted: Counted  # to be handed over the next time

    def slice_at(self, position: int, phase: int) -> int | None:
        """Return the slice at a place; None where there is none."""
        areas = self.heart.areas
        return next((one.slice_id for one in areas if (one.position, one.phase) == (position, phase)), None)


def reader_heart(
    series_id: int,
    reader: str,
    known: Counted = NOTHING_COUNTED,
    formula: Formula = Formula.MOSTELLER,
) -> ReaderHeart:
    """Return a heart with all strokes of a reader in it; one changed slice is counted anew alone.

    Args:
        series_id: which series.
        reader: whose strokes count before they are a version; "" for nobody's.
        known: what was counted before, of any heart and reader.
        formula: of the body surface area.

    Raises:
        NotFound: when there is no such series.
    """
    store = open_store()
    with store.snapshot():
        strokes = _strokes(store, series_id, reader, known)
        counts = {state.slice_id: pixels for state, pixels in strokes.items()}
        heart = load_heart(store, series_id, counts=counts, reader=reader)
        proposal = _proposal(store, series_id, known.proposal)
    proposed = None if proposal is None else _as_proposed(heart, proposal.heart, formula)
    return ReaderHeart(heart, measured(heart, EVERYTHING, formula), proposed, Counted(strokes, proposal))


def _strokes(store: Store, series_id: int, reader: str, known: Counted) -> dict[DraftState, Pixels]:
    """Pixels of each label in the reader's strokes; masks of new states alone are read."""
    states = draft_states(store, series_id, reader) if reader else []
    new = [state.slice_id for state in states if state not in known.strokes]
    masks = load_drafts(store, new, reader) if new else {}
    return {
        state: known.strokes[state] if state in known.strokes else counted(masks[state.slice_id].mask)
        for state in states
    }


def _proposal(store: Store, series_id: int, known: Proposal | None) -> Proposal | None:
    state = model_state(store, series_id)
    if state.is_silent:
        return None
    if known is not None and (known.series_id, known.state) == (series_id, state):
        return known
    return Proposal(series_id, state, load_heart(store, series_id, OF_MODEL))


def _as_proposed(heart: LoadedHeart, of_model: LoadedHeart, formula: Formula) -> HeartFunction:
    """The function that there would be without any reader, but with what is known of the body."""
    facts = {fact: given for fact, given in heart.choices.facts.items() if fact not in PHASE_FACTS}
    without = replace(of_model, series=heart.series, choices=HeartChoices(facts))
    return function_without(without, (), formula)
