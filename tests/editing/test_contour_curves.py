"""The editor's contours without a browser: node fits, pulls and fills them as Python's contours do."""

import json

import numpy as np
import pytest
from scipy import ndimage

from core.editing.contours import TISSUES, Outline, apply_outlines, fill_polygon, region
from core.labels import Label
from core.pixels.pieces import label_pieces
from tests.in_node import in_node

OUTLINES = [{"labels": [int(label) for label in labels]} for labels in TISSUES.values()]
N_MASKS = 25


def answers_to(script: str, given: object) -> list[dict[str, object]]:
    """What the script's function `answerTo` makes of each of the given; skips where there is no node."""
    frame = f"""
        import {{ Contours }} from "./contours/contours.js";
        import {{ flatten, nearest, pointAt }} from "./contours/curve.js";
        import {{ outlineOf, piecesOf, regionOf }} from "./contours/outlines.js";
        import {{ pulled, pullShares, withPoint }} from "./contours/pull.js";
        import {{ shaper }} from "./contours/shape.js";
        import {{ visitPolygon }} from "./tools/raster.js";
        const OUTLINES = {json.dumps(OUTLINES)};
        for (const each of given) if (each.pixels) each.mask = Uint8Array.from(each.pixels);
        {script}
        const answer = given.map(answerTo);
    """
    answers: list[dict[str, object]] = in_node(frame, given)  # type: ignore[assignment]
    return answers


def sent(mask: np.ndarray) -> dict[str, object]:
    return {"height": mask.shape[0], "width": mask.shape[1], "pixels": mask.ravel().tolist()}


def blobs(n_masks: int = N_MASKS) -> list[np.ndarray]:
    """Ragged areas of all labels, with holes, islands, corners that touch and pixels on the edge."""
    random = np.random.default_rng(5)
    masks = []
    for number in range(n_masks):
        shape = random.integers(8, 60, 2)
        fields = random.normal(size=(4, *shape))
        rough = 0.8 + number % 5
        masks.append(ndimage.gaussian_filter(fields, (0, rough, rough)).argmax(axis=0).astype(np.uint8))
    return masks


def hearts() -> list[np.ndarray]:
    """Round and waved hearts of 20 to 60 pixels across, as short axes show them."""
    random = np.random.default_rng(6)
    y, x = np.mgrid[:128, :128] + 0.5
    made = []
    for size in (10, 14, 18, 22, 26):
        angle, distance = np.arctan2(y - 64, x - 70), np.hypot(x - 70, y - 64)
        waves = sum(random.normal() * np.cos(n * angle + random.uniform(0, 6)) / n for n in (2, 3))
        wall = size * (1 + 0.05 * waves)
        mask = np.where(np.hypot(x - 70 + 1.2 * size, 0.8 * (y - 64)) < 1.1 * size, 1, 0).astype(np.uint8)
        mask[distance < wall] = Label.MYOCARDIUM
        mask[distance < 0.65 * wall] = Label.LEFT_VENTRICLE
        made.append(mask)
    return made


def pairs(corners: list[dict[str, float]]) -> tuple[tuple[float, float], ...]:
    return tuple((corner["x"], corner["y"]) for corner in corners)


def test_a_closed_line_is_filled_to_the_bit_as_python_fills_it():
    random = np.random.default_rng(4)
    asked = []
    for number in range(200):
        corners = random.uniform(-3, 15, (random.integers(3, 9), 2))
        if number % 2:  # many corners upon pixel centres
            corners = np.round(corners * 2) / 2
        asked.append({"height": 11, "width": 13, "corners": [{"x": x, "y": y} for x, y in corners.tolist()]})
    script = """function answerTo({ height, width, corners }) {
        const filled = [];
        visitPolygon(corners, { height, width }, (index) => filled.push(index));
        return filled;
    }"""
    for given, filled in zip(asked, answers_to(script, asked), strict=True):
        expected = np.flatnonzero(fill_polygon(pairs(given["corners"]), (11, 13)))
        assert sorted(filled) == expected.tolist()


def test_the_line_around_a_piece_gives_that_piece_without_its_holes():
    script = """function answerTo({ mask, ...size }) {
        return OUTLINES.map(({ labels }) => {
            const pieces = piecesOf(regionOf(mask, labels), size);
            const lines = pieces.firsts.slice(1).map((_, each) => outlineOf(pieces, each + 1, size));
            return { numbers: [...pieces.numbers], sizes: pieces.sizes, lines };
        });
    }"""
    masks = blobs()
    for mask, found in zip(masks, answers_to(script, [sent(mask) for mask in masks]), strict=True):
        for outline, said in zip(Outline.__members__.values(), by_outline(found), strict=True):
            numbers, sizes = label_pieces(region(mask, outline))
            assert said["numbers"] == numbers.ravel().tolist()
            assert said["sizes"] == sizes.tolist()
            for number, line in enumerate(said["lines"], start=1):
                filled = ndimage.binary_fill_holes(numbers == number)
                assert np.array_equal(fill_polygon(pairs(line), mask.shape), filled)


def by_outline(found: list[object]) -> list[object]:
    """The answers in the order of `Outline` instead of the order of drawing."""
    return [found[list(TISSUES).index(outline)] for outline in Outline]


FITTED = """function answerTo({ mask, ...size }) {
    return OUTLINES.flatMap(({ labels }) => {
        const pieces = piecesOf(regionOf(mask, labels), size);
        return new Contours().of(mask, size, [{ labels }]).map(({ points, corners }) => {
            const lines = pieces.firsts.slice(1).map((_, each) => outlineOf(pieces, each + 1, size));
            const fits = lines.map((line) => Math.max(
                ...line.map((point) => nearest(corners, point).distance),
                ...corners.map((point) => nearest(line, point).distance),
            ));
            return { count: points.length, label: labels[0], away: Math.min(...fits) };
        });
    });
}"""


def test_curves_of_hearts_have_few_points_within_half_a_pixel_of_the_mask():
    masks = hearts()
    for found in answers_to(FITTED, [sent(mask) for mask in masks]):
        assert len(found) == 3
        for curve in found:
            assert curve["away"] <= 0.5
            assert 4 <= curve["count"] <= (30 if curve["label"] == Label.RIGHT_VENTRICLE else 16)


def test_curves_of_any_shape_lie_within_half_a_pixel_of_the_mask():
    masks = blobs()
    found = answers_to(FITTED, [sent(mask) for mask in masks])
    assert sum(len(curves) for curves in found) > 100
    assert max(curve["away"] for curves in found for curve in curves) <= 0.52  # at the tips of spikes


MOVED = """function answerTo({ mask, outline, piece, shift, bend, ...size }) {
    const contours = new Contours().of(mask, size, OUTLINES).filter((each) => each.outline === outline);
    const gone = contours[piece % (contours.length || 1)];
    const start = gone?.points ?? [{ x: 2, y: 2 }, { x: 9, y: 3 }, { x: 5, y: 9 }];
    const points = start.map(({ x, y }, each) => {
        return { x: x + shift[0] + bend * Math.sin(each), y: y + shift[1] };
    });
    const come = bend > 2 ? null : flatten(points);
    const shaped = shaper(mask, size, OUTLINES, outline, gone?.corners)(come);
    return { gone: gone?.corners ?? null, come, mask: [...shaped] };
}"""


def test_a_moved_new_or_deleted_contour_gives_the_very_mask_that_python_makes_of_it():
    random = np.random.default_rng(7)
    masks = [mask for mask in (*blobs(), *hearts()) for _ in range(3)]
    asked = [
        {
            **sent(mask),
            "outline": number % 3,
            "piece": int(random.integers(9)),
            "shift": random.uniform(-6, 6, 2).tolist(),
            "bend": float(random.uniform(-3, 3)),
        }
        for number, mask in enumerate(masks)
    ]
    for mask, given, found in zip(masks, asked, answers_to(MOVED, asked), strict=True):
        outline = list(TISSUES)[given["outline"]]
        before = {outline: () if found["gone"] is None else (pairs(found["gone"]),)}
        after = {outline: () if found["come"] is None else (pairs(found["come"]),)}
        assert found["mask"] == apply_outlines(mask, before, after).ravel().tolist()


def test_a_curve_passes_under_the_hand_that_pulls_it_and_stays_where_it_is_far_away():
    script = """function answerTo({ mask, ...size }) {
        const [{ points, corners }] = new Contours().of(mask, size, [{ labels: [3] }]);
        const place = { span: 2, share: 0.4 };
        const grabbed = pointAt(points, place);
        const after = pulled(points, pullShares(points, corners, place), 1.5, -1);
        const still = points.filter(({ x, y }, each) => after[each].x === x && after[each].y === y);
        const more = withPoint(points, place, grabbed);
        return { grabbed, now: pointAt(after, place), still: still.length, more: more[3] };
    }"""
    for found in answers_to(script, [sent(mask) for mask in hearts()]):
        assert found["now"]["x"] - found["grabbed"]["x"] == pytest.approx(1.5, abs=0.3)
        assert found["now"]["y"] - found["grabbed"]["y"] == pytest.approx(-1, abs=0.3)
        assert found["still"] >= 1
        assert found["more"] == found["grabbed"]


def test_points_stay_where_the_reader_put_them_through_undo_and_strokes_elsewhere():
    script = """function answerTo({ mask, ...size }) {
        const book = new Contours();
        const before = book.of(mask, size, OUTLINES);
        const endo = before.find(({ outline }) => OUTLINES[outline].labels[0] === 3);
        const points = endo.points.map(({ x, y }, each) => (each ? { x, y } : { x: x + 2, y }));
        const moved = shaper(mask, size, OUTLINES, endo.outline, endo.corners)(flatten(points));
        book.keep(points, moved, size, OUTLINES, endo.outline);
        const after = book.of(moved, size, OUTLINES);
        const painted = moved.slice();
        painted[0] = 1;
        painted.set([1, 1, 1, 1, 1, 1, 1, 1], 0);
        const beside = book.of(painted, size, OUTLINES).filter(({ corners }) => corners[0].y > 2);
        const undone = book.of(mask, size, OUTLINES);
        const points_of = (contours) => contours.map((each) => each.points);
        return { before, after, beside, undone, moved: points }
    }"""
    for found in answers_to(script, [sent(mask) for mask in hearts()]):
        points = {
            name: [each["points"] for each in found[name]] for name in ("before", "after", "beside", "undone")
        }
        assert found["moved"] in points["after"]
        assert sum(one != other for one, other in zip(points["before"], points["after"], strict=True)) == 1
        assert points["beside"] == points["after"]
        assert points["undone"] == points["before"]
