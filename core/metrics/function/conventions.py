"""What stands behind the figures of a heart, in words: no number goes out without it."""

from collections.abc import Sequence

from core.labels import HEART, LabelSet
from core.metrics.function.basis import Basis
from core.metrics.function.body import BSA_TITLES
from core.metrics.function.heart import MYOCARDIUM_G_PER_ML
from core.metrics.function.moments import Moment, Told
from core.metrics.function.stack import walled_first
from core.text import plural

PAPILLARIES = "Papillary muscles and trabeculae count as cavity, not as mass."


def convention_lines(basis: Basis, labels: LabelSet = HEART) -> list[str]:
    """Return the convention of a heart's figures, a sentence each; slices count as readers count them."""
    lines = [
        _moments_line(basis),
        *(_cavity_line(basis, cavity, labels) for cavity in walled_first(labels)),
        *_left_out_lines(basis, labels),
        _size_line(basis),
    ]
    if basis.n_missing_places:
        n = basis.n_missing_places
        lines.append(f"{plural(n, 'slice')} missing within the stack; those beside the gap stand for it.")
    if basis.n_whole_phases < basis.n_phases:
        lines.append(f"{basis.n_whole_phases} of {basis.n_phases} phases have a mask on every slice.")
    lines += [PAPILLARIES, f"Mass is the myocardium at ED times {MYOCARDIUM_G_PER_ML} g/ml."]
    if basis.bsa_m2.value is not None:
        title = BSA_TITLES[basis.formula]
        lines.append(
            f"Body surface area {basis.bsa_m2.value:.2f} m² by {title}, of {basis.body.height_m:.2f} m and "
            f"{basis.body.weight_kg:.0f} kg."
        )
    if basis.body.heart_rate_bpm is not None:
        lines.append(f"Heart rate {basis.body.heart_rate_bpm:.0f} beats a minute.")
    return lines


def _moments_line(basis: Basis) -> str:
    said = (_moment("ED", "largest", basis.moments.ed), _moment("ES", "smallest", basis.moments.es))
    return f"{'; '.join(said)}."


def _moment(name: str, size: str, moment: Moment) -> str:
    if moment.phase is None:
        return f"{name} is not known"
    told = {
        Told.READER: f"chosen by {moment.reader or 'a reader'}",
        Told.SOURCE: "as the source calls it",
        Told.FOUND: f"found: the {size} LV over all slices together",
    }[moment.told]
    return f"{name} is phase {moment.phase + 1}, {told}"


def _cavity_line(basis: Basis, cavity: int, labels: LabelSet) -> str:
    structure = labels.structures[cavity]
    ed, es = ([basis.number(position) for position in filled] for filled in basis.filled[structure.label])
    return f"{structure.short_name} in {_places(ed)} at ED and {_places(es)} at ES, of {basis.n_positions}."


def _places(numbers: Sequence[int]) -> str:
    """Return so many slices, and which.

    >>> _places((1, 2, 3)), _places((4,)), _places(()), _places((3, 1))
    ('3 slices (1 to 3)', '1 slice (4)', 'no slice', '2 slices (1 to 3, not all)')
    """
    if not numbers:
        return "no slice"
    first, last = min(numbers), max(numbers)
    which = f"{first} to {last}" if last > first else f"{first}"
    gaps = ", not all" if last - first + 1 > len(numbers) else ""
    return f"{plural(len(numbers), 'slice')} ({which}{gaps})"


def _left_out_lines(basis: Basis, labels: LabelSet) -> list[str]:
    return [
        f"Slice {basis.number(one.position)} of phase {one.phase + 1} does not count for the "
        f"{labels.structures[one.cavity].short_name}; a reader took it out."
        for one in sorted(basis.left_out)
    ]


def _size_line(basis: Basis) -> str:
    if basis.spacing_mm is None or basis.distance_mm is None:
        return "Sizes are not known."
    row, column = basis.spacing_mm
    return (
        f"Volume is the sum of the slices' areas, with pixels of {row:g} x {column:g} mm, times the "
        f"{basis.distance_mm:g} mm from one slice's centre to the next."
    )
