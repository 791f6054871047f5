"""Sets of keys, keys that a reader gave himself, and what is told of conflicts, without a browser."""

import pytest

from tests.in_node import in_node

TOOLS = """
import { KEYS, countsIn, findKey, keysOf, rowOf, shownKey, writtenKey } from "./panel/keys.js";
import { boundKeys, exchanged, ownKeysWith, refusalOf, rivalOf, setKeys } from "./keymap/keymap.js";
import { KEY_SETS } from "./keymap/presets.js";
const press = (key, held = "") => {
    const all = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, [held]: true };
    return { key, ...all };
};
const bound_of = (keySet, own = {}) => boundKeys({ keySet, ownKeys: { [keySet]: own } });
const does = (bound, event, editable = true) => findKey(event, editable, bound)?.action ?? null;
"""
SETS = ["septum", "itk_snap", "cvat"]


@pytest.mark.parametrize("key_set", SETS)
@pytest.mark.parametrize("editable", [True, False])
def test_in_every_set_each_key_means_one_thing_and_each_row_can_be_reached(key_set, editable):
    script = f"""
        {TOOLS}
        const bound = setKeys(given.keySet);
        const rows = KEYS.filter((row) => countsIn(row, given.editable));
        const unknown = [...bound.keys()].filter((action) => !rowOf(action));
        const answer = {{ unknown, keys: rows.map((row) => keysOf(row, bound)),
            refused: [...bound.values()].flat().filter((key) => refusalOf(key) !== null) }};
    """
    answer = in_node(script, {"keySet": key_set, "editable": editable})
    keys = [key for row in answer["keys"] for key in row]
    assert answer["unknown"] == answer["refused"] == []
    assert all(answer["keys"])
    assert sorted(keys) == sorted(set(keys))


def test_a_hand_from_another_program_finds_its_keys():
    script = f"""
        {TOOLS}
        const itk = bound_of("itk_snap");
        const cvat = bound_of("cvat");
        const answer = [
            does(itk, press("s")), does(itk, press("4")), does(itk, press("6")), does(itk, press("=")),
            does(itk, press("X", "shiftKey")), does(itk, press("x")), does(itk, press("j", "ctrlKey")),
            does(cvat, press("f")), does(cvat, press("d")), does(cvat, press("h")), does(cvat, press("n")),
            does(cvat, press("ArrowDown")), does(cvat, press("Enter")), does(itk, press("z", "ctrlKey")),
        ];
    """
    assert in_node(script) == [
        "hide", "tool:brush", "measure", "larger", "crosshair", None, "autoWindow",
        "command:next_slice", "command:previous_slice", "hide", "tool:polygon",
        "command:next_slice", "command:approve", "undo",
    ]  # fmt: skip


def test_a_key_that_another_row_has_is_named_and_the_two_can_swap():
    script = f"""
        {TOOLS}
        const preferences = {{ keySet: "septum", ownKeys: {{}} }};
        const lasso = rowOf("tool:lasso");
        const before = boundKeys(preferences);
        const rival = rivalOf(lasso, "b", before).action;
        const swapped = exchanged(before, lasso, ["b"]);
        const ownKeys = ownKeysWith(preferences, swapped);
        const after = boundKeys({{ keySet: "septum", ownKeys }});
        const back = ownKeysWith({{ keySet: "septum", ownKeys }}, exchanged(after, lasso, ["l"]));
        const answer = [rival, ownKeys.septum, does(after, press("b")), does(after, press("l")), back.septum];
    """
    own = {"tool:brush": ["l"], "tool:lasso": ["b"]}
    assert in_node(script) == ["tool:brush", own, "tool:lasso", "tool:brush", {}]


def test_a_key_of_the_editor_alone_is_no_conflict_for_a_key_of_the_viewer_alone():
    script = f"""
        {TOOLS}
        const bound = bound_of("septum");
        const next = exchanged(bound, rowOf("outline"), ["1"]); // counts in both: meets both of them
        const both = (key) => [true, false].map((editable) => does(next, press(key), editable));
        const keys = ["1", "o"].flatMap(both);
        const answer = [rivalOf(rowOf("toggleLabel:1"), "b", bound), ...keys];
    """
    assert in_node(script) == [None, "outline", "outline", "label:1", "toggleLabel:1"]


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("Enter", "every tool"), ("Escape", "every tool"), ("Delete", "every tool"), ("Shift", "every tool"),
        ("Ctrl+z", "Undo"), ("Control", "every tool"), ("Ctrl+w", "browser"), ("F5", "browser"),
        ("?", "These keys"),
    ],
)  # fmt: skip
def test_keys_that_stay_are_refused_with_the_reason(key, why):
    assert why in in_node(f"{TOOLS} const answer = refusalOf(given);", key)


def test_free_keys_are_not_refused():
    free = ["b", "G", "Ctrl+j", "ArrowUp", "PageUp", " ", "5", "Ctrl+Z"]
    assert in_node(f"{TOOLS} const answer = given.map(refusalOf);", free) == [None] * len(free)


@pytest.mark.parametrize(
    "kept",
    [
        {"keySet": "gone", "ownKeys": {}},
        {"keySet": "septum", "ownKeys": {"septum": {"nothing": ["b"], "tool:brush": "b"}}},
        {"keySet": "septum", "ownKeys": {"septum": {"tool:lasso": [7, None]}}},
        {"keySet": "septum", "ownKeys": {"septum": {"command:approve": ["l"], "tool:brush": ["Enter"]}}},
        {"keySet": "septum", "ownKeys": {"septum": [1, 2]}},
        {"keySet": "septum", "ownKeys": None},
    ],
)  # fmt: skip
def test_what_cannot_be_read_leaves_the_keys_as_they_are(kept):
    script = f"""
        {TOOLS}
        const bound = boundKeys(given);
        const answer = KEYS.filter((row) => row.keys.some((key) => !keysOf(row, bound).includes(key))).length;
    """
    assert in_node(script, kept) == 0


def test_an_own_key_that_a_newer_version_gives_to_another_row_stays_with_the_reader():
    script = f"""
        {TOOLS}
        const bound = bound_of("septum", {{ "tool:lasso": ["b"] }}); // brush was elsewhere when this was kept
        const answer = [does(bound, press("b")), keysOf(rowOf("tool:brush"), bound)];
    """
    assert in_node(script) == ["tool:lasso", []]


@pytest.mark.parametrize(
    ("written", "shown"),
    [("b", "B"), ("G", "Shift + G"), ("Ctrl+z", "Ctrl + Z"), ("Ctrl+Z", "Ctrl + Shift + Z"), (" ", "Space"),
     ("ArrowUp", "↑"), ("Home", "Home"), ("[", "["), ("5", "5")],
)  # fmt: skip
def test_keys_are_written_for_people(written, shown):
    assert in_node(f"{TOOLS} const answer = shownKey(given);", written) == shown


def test_preferences_that_are_not_understood_give_way_to_the_defaults_one_by_one():
    script = """
        import { readable } from "./view/preferences.js";
        const kept = readable({ opacity: "much", wheel: "sideways", window: "x", locked: ["a"], label: 2,
            ownKeys: [1], tool: "lasso", outline: true, later: 5 });
        const empty = readable(null);
        const answer = [kept.opacity, kept.wheel, kept.window, kept.locked, kept.label, kept.ownKeys,
            kept.tool, kept.outline, kept.later, empty.tool, readable(5).brushSize];
    """
    assert in_node(script) == [
        0.45, "slice", "automatic", [1, 2, 3], 2, {}, "lasso", True, 5, "brush", 5,
    ]  # fmt: skip
