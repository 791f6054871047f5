"""What stands behind the figures of a report: whose masks, who approved them, models, and decisions."""

from collections import Counter
from collections.abc import Iterator, Sequence

from core.labels import HEART
from core.records.exports import ChosenMask
from core.records.hearts import PHASE_FACTS, HeartFact
from core.records.masks import Origin
from core.store.database import Store
from core.store.hearts.approvals import approvals
from core.store.masks.drafts import load_drafts
from core.store.models.models import model_names
from core.text import plural
from core.workflow.hearts.choices import FACT_TITLES
from core.workflow.hearts.loading import LoadedHeart
from core.workflow.hearts.measure import MeasuredHeart
from core.workflow.hearts.report.words import day

BY = {
    Origin.MODEL: "predicted by",
    Origin.READER: "drawn by",
    Origin.REFERENCE: "references, by",
}


def behind_lines(
    store: Store, heart: LoadedHeart, found: MeasuredHeart, masks: Sequence[ChosenMask], reader: str
) -> tuple[str, ...]:
    """Return what stands behind the figures, a sentence each.

    Args:
        store: where the heart is.
        heart: as it was measured.
        found: what was measured.
        masks: of ED and ES, whose models are named.
        reader: whose strokes that are not saved are told; "" for nobody's.
    """
    lines = [
        *_mask_lines(heart),
        *_approval_lines(store, heart),
        *_model_lines(store, masks),
        *_decision_lines(found),
    ]
    own = load_drafts(store, [area.slice_id for area in heart.areas], reader) if reader else {}
    if own:
        lines.append(
            f"Strokes of {reader} on {plural(len(own), 'slice')} are not saved and do not count here."
        )
    return tuple(lines)


def _mask_lines(heart: LoadedHeart) -> Iterator[str]:
    masked = [area for area in heart.areas if area.pixels is not None]
    counted = Counter((area.origin, area.author or "unknown") for area in masked)
    said = [
        f"{n:,} {BY[origin] if origin else 'by'} {author}" for (origin, author), n in counted.most_common()
    ]
    counts = plural(len(masked), "mask"), plural(len(heart.areas), "slice")
    yield f"{counts[0]} on {counts[1]}: {', '.join(said) or 'none'}."
    versions = [area.version_id for area in masked if area.version_id is not None]
    if versions:
        yield f"Mask versions {min(versions)} to {max(versions)}; each shown picture names its own."


def _approval_lines(store: Store, heart: LoadedHeart) -> Iterator[str]:
    given = approvals(store, heart.series.id)
    said = [
        f"{one.person} ({plural(one.n_slices, 'slice')}, last {day(one.newest_at)})"
        for one in given
        if one.person
    ]
    yield f"Approved by {'; '.join(said)}." if said else "Nobody has approved a slice by name."
    unnamed = sum(one.n_slices for one in given if not one.person)
    if unnamed:
        yield f"{plural(unnamed, 'slice')} approved without a name, as masks are that come along with images."


def _model_lines(store: Store, masks: Sequence[ChosenMask]) -> Iterator[str]:
    numbers = sorted({mask.model_id for mask in masks if mask.model_id is not None})
    names = model_names(store)
    if numbers:
        said = ", ".join(
            f"{names.get(number, 'a model that is gone')} (number {number})" for number in numbers
        )
        yield f"Models behind the masks at ED and ES: {said}."


def _decision_lines(found: MeasuredHeart) -> Iterator[str]:
    for one in found.choices.slices:
        place, what = one.place, "in" if one.counts else "out"
        number, name = found.series.number_of(place.position), HEART.structures[place.cavity].short_name
        yield (
            f"{one.reader} took slice {number}, phase {place.phase + 1}, {what} for the {name} on "
            f"{day(one.at)}."
        )
    for fact, given in found.choices.facts.items():
        if fact is HeartFact.INSERTION_POSITION:
            number = found.series.number_of(int(given.value))
            yield f"{given.reader} marked the insertions of the RV on slice {number}, on {day(given.at)}."
        if fact not in FACT_TITLES:
            continue  # the places of these marks
        value = given.value + 1 if fact in PHASE_FACTS else given.value
        yield f"{given.reader} gave {FACT_TITLES[fact]}: {value:g}, on {day(given.at)}."
