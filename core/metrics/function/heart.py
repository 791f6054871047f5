"""The function of one heart from its stack: volumes, EF, mass, output, indices, rates, and by what rules."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from core.labels import Label, LabelSet
from core.metrics.function.basis import Basis
from core.metrics.function.body import BsaFormula, bsa_m2
from core.metrics.function.figure import Figure, together
from core.metrics.function.moments import Moments
from core.metrics.function.rates import rates_of
from core.metrics.function.stack import SliceStack, walled_first
from core.records.hearts import NOBODY_SAYS, Body, LeftOut

MYOCARDIUM_G_PER_ML = 1.05  # density of heart muscle, as clinical reports use it
ML_PER_L = 1000.0


@dataclass(frozen=True)
class HeartFunction:
    """What a report states about a heart: each figure is a number or says why there is none."""

    figures: Mapping[str, Figure]  # by key of FIGURES; a cavity's short name begins it
    curves_ml: Mapping[Label, tuple[float | None, ...]]  # by label and phase; None where it is not whole
    basis: Basis

    @property
    def is_measured(self) -> bool:
        """Whether any figure is a number."""
        return any(figure.value is not None for figure in self.figures.values())


def heart_function(
    stack: SliceStack,
    moments: Moments,
    *,
    left_out: Collection[LeftOut] = (),
    body: Body = NOBODY_SAYS,
    formula: BsaFormula = BsaFormula.MOSTELLER,
    step_ms: float | None = None,
) -> HeartFunction:
    """Return the function of each cavity and the mass of the wall around it.

    Args:
        stack: the areas of all slices.
        moments: ED and ES.
        left_out: slices that do not count.
        body: of the person.
        formula: of the body surface area.
        step_ms: from one phase to the next, for rates.
    """
    labels, whole = stack.labels, stack.whole
    ml = None if stack.obstacle else stack.volumes_ml(left_out)
    surface = bsa_m2(body, formula)
    figures: dict[str, Figure] = {}
    for cavity in walled_first(labels):
        side = labels.structures[cavity].short_name.lower()
        edv, esv = (
            _volume(stack, ml, cavity, moment.phase, name)
            for moment, name in ((moments.ed, "ED"), (moments.es, "ES"))
        )
        if moments.ed.phase is not None and moments.ed.phase == moments.es.phase:
            esv = Figure(None, "ED and ES are one phase")
        stroke = together(lambda a, b: a - b, edv, esv)
        output = _output(stroke, body)
        of_side = {
            "edv_ml": edv,
            "esv_ml": esv,
            "sv_ml": stroke,
            "ef_percent": together(ejection_fraction_percent, edv, esv),
            "co_l_min": output,
            "ci_l_min_m2": together(_share, output, surface),
            "edv_ml_m2": together(_share, edv, surface),
            "esv_ml_m2": together(_share, esv, surface),
            "sv_ml_m2": together(_share, stroke, surface),
        }
        if cavity in labels.walled:
            wall = _volume(stack, ml, labels.walled[cavity], moments.ed.phase, "ED")
            of_side["mass_g"] = wall.then(wall_mass_g)
            of_side["mass_g_m2"] = together(_share, of_side["mass_g"], surface)
        if ml is not None:
            rates = rates_of(ml[:, cavity], whole, moments.es.phase, step_ms)
            of_side |= {"per_ml_s": rates.ejection, "pfr_ml_s": rates.filling, "tpfr_ms": rates.to_filling}
        else:
            of_side |= dict.fromkeys(("per_ml_s", "pfr_ml_s", "tpfr_ms"), Figure(None, stack.obstacle))
        figures |= {f"{side}_{key}": figure for key, figure in of_side.items()}
    return HeartFunction(
        figures,
        _curves(ml, whole, labels),
        Basis(
            moments=moments,
            n_positions=stack.n_positions,
            base=stack.base,
            n_phases=stack.n_phases,
            n_whole_phases=int(whole.sum()),
            filled=_filled(stack, moments, left_out),
            left_out=frozenset(left_out),
            spacing_mm=stack.spacing_mm,
            distance_mm=stack.distance_mm,
            n_missing_places=stack.n_missing_places,
            bsa_m2=surface,
            formula=formula,
            body=body,
            step_ms=step_ms,
        ),
    )


def ejection_fraction_percent(edv_ml: float, esv_ml: float) -> float:
    """Return the share of the end-diastolic volume, above 0, that is pumped out.

    >>> ejection_fraction_percent(150.0, 60.0)
    60.0
    """
    return 100 * (edv_ml - esv_ml) / edv_ml


def wall_mass_g(wall_ml: float) -> float:
    """Return the mass of so much heart muscle.

    >>> wall_mass_g(100.0)
    105.0
    """
    return MYOCARDIUM_G_PER_ML * wall_ml


def _volume(stack: SliceStack, ml: np.ndarray | None, label: Label, phase: int | None, name: str) -> Figure:
    """The volume of a label at ED or ES, or why there is none; nothing at all is a volume at ES alone."""
    if ml is None:
        return Figure(None, stack.obstacle)
    if phase is None:
        if stack.n_phases == 1:
            return Figure(None, f"nobody says that the only phase is {name}")
        return Figure(None, f"{name} is not found, since no two phases with all their masks differ")
    if not stack.whole[phase]:
        lacking = [str(stack.number(int(position))) for position in np.flatnonzero(~stack.drawn[:, phase])]
        listed = ", ".join(lacking[:4]) + (f" and {len(lacking) - 4} more" if len(lacking) > 4 else "")
        slices = f"slice {listed} has" if len(lacking) == 1 else f"slices {listed} have"
        return Figure(None, f"{slices} no mask at {name}")
    volume = float(ml[phase, label])
    if not volume and (name == "ED" or not stack.pixels[..., label].any()):
        return Figure(None, f"no {stack.labels.structures[label].short_name} is marked at {name}")
    return Figure(volume)


def _output(stroke: Figure, body: Body) -> Figure:
    if stroke.value is None:
        return stroke
    if body.heart_rate_bpm is None:
        return Figure(None, "the heart rate is not known")
    return Figure(stroke.value * body.heart_rate_bpm / ML_PER_L)


def _share(amount: float, of: float) -> float:
    return amount / of


def _curves(
    ml: np.ndarray | None, whole: np.ndarray, labels: LabelSet
) -> dict[Label, tuple[float | None, ...]]:
    return {
        label: tuple(
            float(ml[phase, label]) if ml is not None and is_whole else None
            for phase, is_whole in enumerate(whole.tolist())
        )
        for label in labels.foreground
    }


def _filled(
    stack: SliceStack, moments: Moments, left_out: Collection[LeftOut]
) -> dict[Label, tuple[tuple[int, ...], tuple[int, ...]]]:
    counted = stack.counted(left_out) & (stack.pixels > 0)

    def at(phase: int | None, label: Label) -> tuple[int, ...]:
        return () if phase is None else tuple(int(one) for one in np.flatnonzero(counted[:, phase, label]))

    return {
        label: (at(moments.ed.phase, label), at(moments.es.phase, label)) for label in stack.labels.foreground
    }
