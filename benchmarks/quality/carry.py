"""How right carried masks are: Lucas-Kanade beside TV-L1 beside shapes alone, with a network and without.

    python -m benchmarks.quality.carry --record benchmarks/records/carry.jsonl [--phantoms 3]
        [--volumes FOLDER] [--network CHECKPOINT=FOLDER ...] [--predictions FOLDER] [--cine FOLDER]

Phantoms: from the true masks of ED and ES all other phases. They have texture, flow, noise and papillary
muscles; truth is known at all phases.
Patients (`--volumes`, of which only the split `train` is read): from the true mask of ED that of ES. Each
`--network` is asked only about patients that are not in its FOLDER, those that it learnt from. Then, at ED,
each slice from the two beside it.
Cine (`--cine`, a folder of `SCD0000101` and `labelled`): ED to ES straight and from phase to phase.

A case that stands in the record is not done again. Dice is over the stack of a patient; intervals are
bootstrapped over patients, differences are paired.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.quality.carry_cases import Volume, cine_slices, volumes_in
from benchmarks.quality.carry_ways import (
    Line,
    Record,
    Way,
    at_rest,
    by_shape,
    carrying,
    lucas_kanade,
    mean_of,
    phase_by_phase,
    remembered,
    scores,
    unsure_means,
)
from core.editing.carry.carry import Corrected
from core.editing.carry.motion import displacement
from core.imaging.phantom.cine import beating_heart
from core.metrics.statistics.bootstrap import bootstrap_mean

N_POSITIONS, N_PHASES = 6, 12
LV = "LV"
COMPARED = {
    "patients": (
        ("TV-L1", "ED's mask as it is"),
        ("TV-L1", "Lucas-Kanade"),
        ("TV-L1 and network", "TV-L1"),
        ("TV-L1 and network", "network alone"),
    ),
    "stack": (
        ("TV-L1", "shapes alone"),
        ("TV-L1 and network", "TV-L1"),
        ("TV-L1 and network", "network alone"),
    ),
}


def phantom_lines(seed: int) -> Iterator[Line]:
    """From ED and ES of a phantom to all its phases."""
    heart = beating_heart(seed, N_POSITIONS, N_PHASES, slice_distance_mm=15.0)
    at = {(image.position, image.phase): image for image in heart.series.slices}
    mm = heart.series.geometry.spacing_mm
    assert mm is not None
    truth = np.array([[at[place, phase].mask for place in range(N_POSITIONS)] for phase in range(N_PHASES)])
    es = int((truth == 3).sum(axis=(1, 2, 3)).argmin())
    flows = {"TV-L1": remembered(displacement), "Lucas-Kanade": remembered(lucas_kanade)}
    masks: dict[str, np.ndarray] = {}
    for name, motion in flows.items():
        for ends, kind in (((0,), "from ED alone"), ((0, es), "from ED and ES")):
            masks[f"{name}, {kind}"] = np.array(
                [
                    [
                        carrying(motion, with_network=False)(
                            [Corrected(at[place, end].pixels, truth[end, place]) for end in ends],
                            at[place, phase].pixels,
                            mm,
                            None,
                        )[0]
                        for place in range(N_POSITIONS)
                    ]
                    for phase in range(N_PHASES)
                ]
            )
    ways_there = [
        list(range(phase + 1)) if phase <= N_PHASES // 2 else [0, *range(N_PHASES - 1, phase - 1, -1)]
        for phase in range(N_PHASES)
    ]
    masks["TV-L1, from ED phase by phase"] = np.array(
        [
            [
                phase_by_phase([at[place, phase].pixels for phase in there], truth[0, place], mm)
                for place in range(N_POSITIONS)
            ]
            for there in ways_there
        ]
    )
    shares = [
        phase / es if phase <= es else (N_PHASES - phase) / (N_PHASES - es) for phase in range(N_PHASES)
    ]
    masks["shapes alone"] = np.array(
        [
            [
                truth[0 if share == 0 else es, place]
                if share in (0, 1)
                else by_shape(truth[0, place], truth[es, place], share, mm)
                for place in range(N_POSITIONS)
            ]
            for share in shares
        ]
    )
    masks["the nearer one copied"] = np.array([truth[0 if share < 0.5 else es] for share in shares])
    others = [phase for phase in range(N_PHASES) if phase not in (0, es)]
    for way, made in masks.items():
        least = min(mean_of(scores(truth[phase], made[phase])) for phase in others)
        yield Line("phantom", f"phantom{seed}", way, scores(truth[others], made[others]), round(least, 4))


def patient_lines(volume: Volume) -> Iterator[Line]:
    """From ED to ES of a patient."""
    yield Line("patients", volume.patient, "ED's mask as it is", scores(volume.es.masks, volume.ed.masks))
    said = volume.es.network_masks()
    if said is not None:
        yield Line("patients", volume.patient, "network alone", scores(volume.es.masks, said))
    flows = {"TV-L1": remembered(displacement), "Lucas-Kanade": remembered(lucas_kanade)}
    for name, motion in flows.items():
        for with_network in (False, True)[: 1 + (said is not None)]:
            made = [
                carrying(motion, with_network=with_network)(
                    [volume.ed.corrected(place)], volume.es.pixels[place], volume.mm, volume.es.told(place)
                )
                for place in range(len(volume.es.pixels))
            ]
            masks, unsure = (np.stack(planes) for planes in zip(*made, strict=True))
            right, wrong = unsure_means(volume.es.masks, masks, unsure)
            way = f"{name} and network" if with_network else name
            found = scores(volume.es.masks, masks)
            yield Line("patients", volume.patient, way, found, None, right, wrong)


def stack_lines(volume: Volume) -> Iterator[Line]:
    """At ED, slices from the two beside them."""
    inner = range(1, len(volume.ed.pixels) - 1)
    truth = np.stack([volume.ed.masks[place] for place in inner])
    copied = np.stack([volume.ed.masks[place - 1] for place in inner])
    yield Line("stack", volume.patient, "the next slice copied", scores(truth, copied))
    shapes = [by_shape(volume.ed.masks[at - 1], volume.ed.masks[at + 1], 0.5, volume.mm) for at in inner]
    yield Line("stack", volume.patient, "shapes alone", scores(truth, np.stack(shapes)))
    ways: dict[str, Way] = {"TV-L1": carrying(remembered(displacement), with_network=False)}
    if volume.ed.probabilities is not None:
        ways["network and distances at rest"] = carrying(at_rest, with_network=True)
        ways["TV-L1 and network"] = carrying(remembered(displacement), with_network=True)
        said = volume.ed.network_masks()
        assert said is not None
        yield Line("stack", volume.patient, "network alone", scores(truth, said[1:-1]))
    for name, way in ways.items():
        masks = [
            way(
                [volume.ed.corrected(at - 1), volume.ed.corrected(at + 1)],
                volume.ed.pixels[at],
                volume.mm,
                volume.ed.told(at),
            )[0]
            for at in inner
        ]
        yield Line("stack", volume.patient, name, scores(truth, np.stack(masks)))


def cine_lines(folder: Path) -> Iterator[Line]:
    """From ED to ES of a whole cine: straight, and phase by phase."""
    for one in cine_slices(folder):
        truth = one.es_mask == 3
        masks = {"ED's mask as it is": one.ed_mask}
        source = [Corrected(one.pictures[0], one.ed_mask)]
        for name, motion in (("TV-L1, straight", displacement), ("Lucas-Kanade, straight", lucas_kanade)):
            masks[name] = carrying(motion, with_network=False)(source, one.pictures[-1], one.mm, None)[0]
        masks["TV-L1, phase by phase"] = phase_by_phase(one.pictures, one.ed_mask, one.mm)
        for way, mask in masks.items():
            both = 2 * (truth & (mask == 3)).sum() / max(1, truth.sum() + (mask == 3).sum())
            yield Line("cine", one.name, way, {LV: round(float(both), 4)})


def table(lines: list[Line], part: str) -> None:
    """Print mean Dice by label of each way, with intervals over the cases."""
    of_part = [line for line in lines if line.part == part]
    for way in dict.fromkeys(line.way for line in of_part):
        mine = [line for line in of_part if line.way == way]
        cases = [line.case for line in mine]
        cells = []
        for name in mine[0].dice:
            known = [(line.dice[name], case) for line, case in zip(mine, cases, strict=True)]
            values = [np.nan if value is None else value for value, _ in known]
            found = bootstrap_mean(values, cases)
            cells.append(f"{name} {found.mean:.3f} [{found.low:.3f}, {found.high:.3f}]")
        mean = bootstrap_mean([mean_of(line.dice) for line in mine], cases)
        cells.append(f"mean {mean.mean:.3f} [{mean.low:.3f}, {mean.high:.3f}]")
        least = [line.least for line in mine if line.least is not None]
        worst = f"  worst phase {min(least):.3f}" if least else ""
        maps = np.array(
            [(one.unsure_right, one.unsure_wrong) for one in mine if one.unsure_wrong is not None]
        )
        right, wrong = maps.mean(axis=0) if len(maps) else (0.0, 0.0)
        where = f"  unsure where right {right:.2f}, wrong {wrong:.2f}" if len(maps) else ""
        print(f"{part:9} {way:32} n={len(mine):3} {'  '.join(cells)}{worst}{where}")


def differences(lines: list[Line], part: str) -> None:
    """Print by how much one way is better than another on the same cases."""
    for better, worse in COMPARED.get(part, ()):
        mine, theirs = (
            {line.case: mean_of(line.dice) for line in lines if (line.part, line.way) == (part, way)}
            for way in (better, worse)
        )
        cases = [case for case in mine if case in theirs]
        if cases:
            found = bootstrap_mean([mine[case] - theirs[case] for case in cases], cases)
            gain = f"{found.mean:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"
            wins = sum(mine[case] > theirs[case] for case in cases)
            print(f"{part:9} {better} less {worse}: {gain}, better in {wins} of {len(cases)}")


def main() -> None:
    """Do what is not in the record yet, and print all of it."""
    asked = arguments()
    record = Record(asked.record)
    for seed in range(asked.phantoms):
        if not record.has("phantom", f"phantom{seed}"):
            record.add(list(phantom_lines(seed)))
    if asked.cine and not any(line.part == "cine" for line in record.lines):
        record.add(list(cine_lines(asked.cine)))
    if asked.volumes:
        for part, lines in (("patients", patient_lines), ("stack", stack_lines)):
            for volume in volumes_in(asked.volumes, asked.network, asked.predictions):
                if not record.has(part, volume.patient):
                    record.add(list(lines(volume)))
    for part in ("phantom", "patients", "stack", "cine"):
        table(record.lines, part)
        differences(record.lines, part)


def arguments() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--phantoms", type=int, default=3)
    parser.add_argument("--volumes", type=Path)
    parser.add_argument(
        "--network", action="append", default=[], help="CHECKPOINT=FOLDER that it learnt from"
    )
    parser.add_argument("--predictions", type=Path, help="folder where predictions are kept")
    parser.add_argument("--cine", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
