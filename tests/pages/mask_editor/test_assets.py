"""The editor's drawing and history without a browser: node runs the modules, SciPy does the same."""

import re
import shutil
import subprocess

import numpy as np
import pytest
from scipy import ndimage

from pages.shared.mask_editor import assets
from pages.shared.mask_editor.assets import ACKNOWLEDGEMENT, AHEAD, EDITOR, FOLDER, joined_script, modules_of
from tests.in_node import in_node

CROSS = ndimage.generate_binary_structure(2, 1)
SQUARE = np.ones((3, 3), bool)


# A draft of two pixels, and a stroke of the LV on the first of them.
ONE_STROKE = """
        import { Draft, Stroke } from "./strokes/draft.js";
        const slice = { width: 2, height: 1, fingerprint: "" };
        const draft = new Draft({ document: "a", revision: 1, slice, mask: new Uint8Array(2) });
        const stroke = new Stroke(draft, { label: 3 });
        stroke.put(0);
        stroke.commit();
"""


def random_masks(n_masks: int) -> list[np.ndarray]:
    """Blobs of all labels with holes, islands and pixels on the edge."""
    generator = np.random.default_rng(3)
    masks = []
    for _ in range(n_masks):
        height, width = generator.integers(6, 24, 2)
        field = ndimage.gaussian_filter(generator.normal(size=(4, height, width)), (0, 1.3, 1.3))
        masks.append(field.argmax(axis=0).astype(np.uint8))
    return masks


def changed_by(name: str, masks: list[np.ndarray], label: int) -> list[np.ndarray]:
    """The masks after one whole-label operation of the editor."""
    script = f"""
        import {{ {name} }} from "./tools/morphology.js";
        const answer = given.map(({{ height, width, pixels }}) => {{
            const mask = Uint8Array.from(pixels);
            const changes = {name}(mask, {{ height, width }}, {label});
            for (const [index, value] of changes) mask[index] = value;
            return [...mask];
        }});
    """
    given = [
        {"height": mask.shape[0], "width": mask.shape[1], "pixels": mask.ravel().tolist()} for mask in masks
    ]
    answers = in_node(script, given)
    return [
        np.array(answer, np.uint8).reshape(mask.shape) for answer, mask in zip(answers, masks, strict=True)
    ]


@pytest.mark.parametrize("entry", [EDITOR, AHEAD, ACKNOWLEDGEMENT])
def test_the_modules_join_into_one_script_without_imports(tmp_path, entry):
    text = joined_script(entry)
    assert not re.search(r"^import ", text, flags=re.MULTILINE)
    assert text.count("export ") == 1
    if node := shutil.which("node"):
        script = tmp_path / "joined.mjs"
        script.write_text(text)
        check = subprocess.run([node, "--check", script], capture_output=True, text=True, check=False)
        assert check.returncode == 0, check.stderr


def test_every_module_is_part_of_a_script_and_every_style_sheet_of_the_style():
    joined = {module for entry in (EDITOR, AHEAD, ACKNOWLEDGEMENT) for module in modules_of(entry)}
    assert joined == {file.relative_to(FOLDER).as_posix() for file in FOLDER.rglob("*.js")}
    assert {f"{name}.css" for name in assets.STYLES} == {file.name for file in FOLDER.rglob("*.css")}


def test_no_room_of_the_editor_is_a_corridor():
    rooms = [FOLDER, *(folder for folder in FOLDER.iterdir() if folder.is_dir())]
    assert all(len([file for file in room.iterdir() if file.is_file()]) < 12 for room in rooms)


@pytest.fixture
def modules(monkeypatch, tmp_path):
    """A folder in the place of the editor's; write modules there as `modules("tools/a.js", "text")`."""
    monkeypatch.setattr(assets, "FOLDER", tmp_path)

    def write(path: str, text: str) -> None:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)

    return write


def test_a_module_comes_after_all_that_it_imports_and_only_once(modules):
    modules(
        "entry.js", 'import { a } from "./tools/a.js";\nimport { b } from "./b.js";\nexport default a + b;\n'
    )
    modules("tools/a.js", 'import { b } from "../b.js";\nexport const a = b;\n')
    modules("b.js", "export const b = 1;\n")
    assert modules_of("entry.js") == ("b.js", "tools/a.js", "entry.js")
    assert joined_script("entry.js") == "const b = 1;\n\nconst a = b;\n\nexport default a + b;\n"


def test_modules_that_import_each_other_are_refused(modules):
    modules("a.js", 'import { b } from "./b.js";\n')
    modules("b.js", 'import { a } from "./a.js";\n')
    with pytest.raises(ValueError, match=r"a\.js -> b\.js -> a\.js is a circle"):
        modules_of("a.js")


@pytest.mark.parametrize("label", [1, 2, 3])
def test_grow_is_a_dilation_by_one_pixel(label):
    masks = random_masks(12)
    for before, after in zip(masks, changed_by("grow", masks, label), strict=True):
        expected = np.where(ndimage.binary_dilation(before == label, CROSS), label, before)
        assert np.array_equal(after, expected)


@pytest.mark.parametrize("label", [1, 2, 3])
def test_shrink_is_an_erosion_and_gives_the_pixels_to_their_neighbours(label):
    masks = random_masks(12)
    for before, after in zip(masks, changed_by("shrink", masks, label), strict=True):
        kept = ndimage.binary_erosion(before == label, CROSS)
        assert np.array_equal(after == label, kept)
        assert np.array_equal(after[before != label], before[before != label])
        padded = np.pad(before, 1)
        for row, column in np.argwhere((before == label) & ~kept):
            near = padded[[row, row + 2, row + 1, row + 1], [column + 1, column + 1, column, column + 2]]
            counts = np.bincount(near[near != label], minlength=4)
            assert after[row, column] == counts.argmax()


@pytest.mark.parametrize("label", [1, 2, 3])
def test_smooth_keeps_what_has_five_of_nine(label):
    masks = random_masks(12)
    for before, after in zip(masks, changed_by("smooth", masks, label), strict=True):
        votes = ndimage.correlate((before == label).astype(int), SQUARE.astype(int), mode="nearest")
        assert np.array_equal(after == label, votes >= 5)
        stays = (before != label) & (votes < 5)
        assert np.array_equal(after[stays], before[stays])


@pytest.mark.parametrize("label", [1, 2, 3])
def test_fill_holes_fills_enclosed_background_at_the_label_only(label):
    masks = random_masks(12)
    for before, after in zip(masks, changed_by("fillHoles", masks, label), strict=True):
        regions, n_regions = ndimage.label(before == 0, CROSS)
        edge = {*regions[0], *regions[-1], *regions[:, 0], *regions[:, -1]}
        expected = before.copy()
        for number in range(1, n_regions + 1):
            rim = ndimage.binary_dilation(regions == number, CROSS) & (regions != number)
            if number not in edge and (before[rim] == label).any():
                expected[regions == number] = label
        assert np.array_equal(after, expected)


@pytest.mark.parametrize(("corners", "structure"), [(False, CROSS), (True, SQUARE)])
def test_connected_pieces_are_those_that_scipy_finds(corners, structure):
    mask = random_masks(1)[0]
    script = f"""
        import {{ connected }} from "./tools/raster.js";
        const mask = Uint8Array.from(given.pixels);
        const starts = mask.map((_, index) => index);
        const answer = [...starts].map((index) => connected(mask, given, index, {str(corners).lower()}));
    """
    height, width = mask.shape
    pieces = in_node(script, {"height": height, "width": width, "pixels": mask.ravel().tolist()})
    for index, piece in enumerate(pieces):
        regions, _ = ndimage.label(mask == mask.flat[index], structure)
        assert sorted(piece) == np.flatnonzero(regions == regions.flat[index]).tolist()


def test_undo_and_redo_go_through_250_steps_and_keep_at_least_200():
    script = """
        import { Draft, Stroke } from "./strokes/draft.js";
        const slice = { width: 20, height: 10, fingerprint: "" };
        const draft = new Draft({ document: "a", revision: 1, slice, mask: new Uint8Array(200) });
        const states = [[...draft.mask]];
        let random = 1;
        for (let step = 0; step < 350; step++) {
            const stroke = new Stroke(draft, { label: 1 + (step % 3) });
            do {
                random = (random * 16807) % 2147483647;
                stroke.put(random % 200, (step + random) % 4);
            } while (!stroke.changed());
            stroke.commit();
            states.push([...draft.mask]);
        }
        const same = (state) => state.every((label, index) => label === draft.mask[index]);
        let undone = 0;
        let right = same(states[350]);
        while (draft.undo()) right &&= same(states[350 - ++undone]);
        let redone = 0;
        while (draft.redo()) right &&= same(states[350 - undone + ++redone]);
        const answer = { undone, redone, right, seq: draft.seq };
    """
    answer = in_node(script)
    assert answer["right"]
    assert answer["undone"] == answer["redone"] >= 200
    assert answer["seq"] == 350 + 2 * answer["undone"]


def test_a_new_stroke_after_undo_drops_what_could_be_redone():
    script = """
        import { Draft, Stroke } from "./strokes/draft.js";
        const slice = { width: 3, height: 1, fingerprint: "" };
        const draft = new Draft({ document: "a", revision: 1, slice, mask: new Uint8Array(3) });
        const put = (index) => {
            const stroke = new Stroke(draft, { label: 3 });
            stroke.put(index);
            return stroke.commit();
        };
        put(0); put(1); draft.undo(); put(2);
        const again = put(2);
        const answer = { mask: [...draft.mask], redo: draft.history.canRedo(), again, seq: draft.seq };
    """
    assert in_node(script) == {"mask": [3, 0, 3], "redo": False, "again": False, "seq": 4}


@pytest.mark.parametrize(
    ("theirs", "revision", "acknowledged", "tab", "mask", "seq", "to_send"),
    [
        ([0, 0, 0], 1, 1, "own", [3, 3, 0], 2, True),  # an older state of the same revision: ours goes on
        ([3, 3, 0], 2, 0, "", [3, 3, 0], 2, False),  # our mask was saved as a version
        ([3, 0, 0], 2, 0, "", [3, 3, 0], 3, True),  # saved while the second stroke was drawn: ours is newer
        ([1, 1, 1], 2, 0, "", [1, 1, 1], 2, False),  # another version was restored
        ([1, 1, 1], 1, 9, "two", [1, 1, 1], 9, False),  # another tab has drawn since
        ([1, 1, 1], 1, 1, "two", [1, 1, 1], 2, False),  # another tab has drawn less often, but was first
    ],
)
def test_a_draft_meets_the_mask_that_python_shows(theirs, revision, acknowledged, tab, mask, seq, to_send):
    script = """
        import { Draft, Stroke } from "./strokes/draft.js";
        const slice = { width: 3, height: 1, fingerprint: "" };
        const draft = new Draft({ document: "a", revision: 1, slice, mask: new Uint8Array(3) });
        for (const index of [0, 1]) {
            const stroke = new Stroke(draft, { label: 3 });
            stroke.put(index);
            stroke.commit();
        }
        draft.meet({ ...given, mask: Uint8Array.from(given.theirs), discards: 0, seconds: 0 }, "own");
        const answer = { mask: [...draft.mask], seq: draft.seq, toSend: draft.seq > draft.acknowledged };
        draft.undo();
        answer.undone = [...draft.mask];
    """
    shown = {"theirs": theirs, "revision": revision, "acknowledged": acknowledged, "tab": tab}
    answer = in_node(script, shown)
    assert (answer["mask"], answer["seq"], answer["toSend"]) == (mask, seq, to_send)
    assert answer["undone"] == ([3, 0, 0] if mask == [3, 3, 0] else [3, 3, 0])


def test_a_restored_version_that_we_passed_through_replaces_what_is_stored():
    script = (
        ONE_STROKE
        + """
        draft.acknowledged = 1;
        const shown = { acknowledged: 0, tab: "", discards: 0, seconds: 0 };
        draft.meet({ ...shown, mask: Uint8Array.from([3, 0]), revision: 2 }, "own"); // saved
        draft.meet({ ...shown, mask: new Uint8Array(2), revision: 3 }, "own"); // the first one restored
        const answer = { mask: [...draft.mask], toSend: draft.seq > draft.acknowledged };
    """
    )
    assert in_node(script) == {"mask": [0, 0], "toSend": False}


def test_strokes_that_were_discarded_leave_the_picture_and_come_back_with_undo():
    script = (
        ONE_STROKE
        + """
        draft.acknowledged = 1;
        const shown = { mask: new Uint8Array(2), revision: 1, acknowledged: 0, tab: "", seconds: 0 };
        draft.meet({ ...shown, discards: 5 }, "own");
        const answer = { mask: [...draft.mask], toSend: draft.seq > draft.acknowledged };
        draft.undo();
        answer.undone = [...draft.mask];
        answer.since = draft.payload("t").since;
    """
    )
    assert in_node(script) == {"mask": [0, 0], "toSend": False, "undone": [3, 0], "since": 0}


@pytest.mark.parametrize("seq", [1, 5, 9])
def test_strokes_of_another_tab_are_taken_in_whatever_their_number_and_named_by_the_next(seq):
    script = """
        import { Draft, Stroke } from "./strokes/draft.js";
        const slice = { width: 2, height: 1, fingerprint: "" };
        const draft = new Draft({ document: "a", revision: 1, slice, mask: new Uint8Array(2), seq: 4 });
        const stroke = new Stroke(draft, { label: 3 });
        stroke.put(0);
        stroke.commit();
        draft.acknowledged = 5;
        draft.see("own", 5);
        const shown = { revision: 1, acknowledged: given, tab: "two", discards: 0, seconds: 42 };
        draft.meet({ ...shown, mask: Uint8Array.from([0, 1]) }, "own");
        const { since, since_tab, seconds } = draft.payload("own");
        const answer = { mask: [...draft.mask], since, since_tab, seconds };
        draft.meet({ ...shown, mask: new Uint8Array(2), acknowledged: 4, tab: "" }, "own"); // what came first
        answer.again = [...draft.mask];
        draft.undo();
        answer.undone = [...draft.mask];
    """
    assert in_node(script, seq) == {
        "mask": [0, 1],
        "since": seq,
        "since_tab": "two",
        "seconds": 42,
        "again": [0, 1],
        "undone": [3, 0],
    }


def test_a_draft_that_is_opened_anew_in_a_tab_gives_no_number_twice():
    script = """
        import { Draft, Stroke } from "./strokes/draft.js";
        const slice = { width: 2, height: 1, fingerprint: "" };
        const shown = { document: "a", revision: 1, slice, mask: new Uint8Array(2) };
        const draft = new Draft({ ...shown, seen: { tab: "two", seq: 2 }, seq: 2 });
        draft.countOn(5);
        const { stored } = draft;
        const stroke = new Stroke(draft, { label: 3 });
        stroke.put(0);
        stroke.commit();
        const { seq, since, since_tab } = draft.payload("own");
        const answer = { stored, seq, since, since_tab };
    """
    assert in_node(script) == {"stored": True, "seq": 6, "since": 2, "since_tab": "two"}


def test_an_older_picture_that_comes_again_takes_no_stroke_away():
    script = (
        ONE_STROKE
        + """
        draft.acknowledged = 1;
        const shown = { mask: new Uint8Array(2), revision: 1, acknowledged: 0, tab: "", seconds: 0 };
        draft.meet({ ...shown, discards: 0 }, "own");
        const answer = { mask: [...draft.mask], seq: draft.seq, acknowledged: draft.acknowledged };
    """
    )
    assert in_node(script) == {"mask": [3, 0], "seq": 1, "acknowledged": 1}


def test_protect_spares_locked_labels_and_a_range_limits_intensities():
    script = """
        import { Draft, Stroke } from "./strokes/draft.js";
        const slice = { width: 4, height: 1, fingerprint: "" };
        const draft = new Draft({ document: "a", revision: 1, slice, mask: Uint8Array.from([0, 1, 2, 3]) });
        const spare = new Stroke(draft, { label: 3, spared: new Set([1]) });
        for (const index of [0, 1, 2, 3]) spare.put(index);
        const spared = [...draft.mask];
        spare.reset();
        const pixels = [10, 20, 30, 40];
        const range = new Stroke(draft, { label: 2, range: { low: 15, high: 30 }, pixels });
        for (const index of [0, 1, 2, 3]) range.put(index);
        const answer = { spared, ranged: [...draft.mask] };
    """
    assert in_node(script) == {"spared": [3, 1, 3, 3], "ranged": [0, 2, 2, 3]}


@pytest.mark.parametrize(
    ("event", "editable", "action"),
    [
        ({"key": "b"}, True, "tool:brush"),
        ({"key": "b"}, False, None),
        ({"key": "B"}, True, "tool:brush"),  # Caps Lock
        ({"key": "G", "shiftKey": True}, True, "shrink"),
        ({"key": "g"}, True, "grow"),
        ({"key": "z", "ctrlKey": True}, True, "undo"),
        ({"key": "Z", "ctrlKey": True, "shiftKey": True}, True, "redo"),
        ({"key": "z", "metaKey": True, "shiftKey": True}, True, "redo"),
        ({"key": "y", "ctrlKey": True}, True, "redo"),
        ({"key": "z"}, True, None),
        ({"key": "s"}, True, "hide"),
        ({"key": "s", "ctrlKey": True}, True, "save"),
        ({"key": "r", "ctrlKey": True}, True, None),  # reload stays the browser's
        ({"key": "w", "ctrlKey": True}, True, None),
        ({"key": "2"}, True, "label:2"),
        ({"key": "2"}, False, "toggleLabel:2"),
        ({"key": "[", "ctrlKey": True, "altKey": True}, True, "smaller"),  # AltGr on a German keyboard
        ({"key": "?", "shiftKey": True}, False, "help"),
        ({"key": "Enter"}, False, "command:approve"),
        ({"key": "F5"}, True, None),
        ({"key": "C", "shiftKey": True}, True, "crosshair"),
        ({"key": "A", "shiftKey": True}, True, "fainter"),  # a key that only looks takes Shift along
        ({"key": "c", "altKey": True}, True, None),
    ],
)
def test_keys_mean_what_the_help_says(event, editable, action):
    plain = {"ctrlKey": False, "metaKey": False, "altKey": False, "shiftKey": False}
    script = """
        import { findKey } from "./panel/keys.js";
        const answer = findKey(given.event, given.editable)?.action ?? null;
    """
    assert in_node(script, {"event": {**plain, **event}, "editable": editable}) == action


def test_steps_that_join_are_undone_together_and_do_not_push_older_ones_out():
    answer = in_node(
        """
        import { History } from "./strokes/history.js";
        const history = new History();
        const mask = new Uint8Array(1200);
        const draw = (index, joins) => {
            const before = mask.slice();
            mask[index] = 1;
            history.record(before, mask, 40, joins);
        };
        for (let index = 0; index < 250; index++) draw(index, false);
        for (let index = 300; index < 1100; index++) draw(index, index > 300);
        const drawn = () => mask.reduce((sum, value) => sum + value, 0);
        const answer = [drawn(), history.undo(mask, 40), drawn(), history.redo(mask, 40), drawn()];
        let n = 0;
        while (history.undo(mask, 40)) n++;
        answer.push(n, drawn(), history.first);
        """
    )
    box = {"left": 0, "top": 7, "right": 40, "bottom": 28}
    assert answer == [1050, box, 250, box, 1050, 251, 0, 0]
