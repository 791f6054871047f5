"""Run lengths, packing and checked edits, and that the browser reads and writes the very same."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from core.editing.editor_codec import browser_pixels, decode_runs, encode_runs, pack_slice, read_edit
from core.errors import BadInput
from core.records.masks import Strokes
from tests.in_node import in_node

MASKS = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.integers(0, 3))
GOOD = {
    "document": "slice-1",
    "revision": 4,
    "tab": "a1",
    "seq": 2,
    "since": 1,
    "since_tab": "b2",
    "height": 2,
    "width": 3,
    "runs": [0, 2, 3, 4],
    "seconds": 1.5,
}


@given(MASKS)
def test_run_lengths_spell_out_the_same_mask(mask):
    runs = encode_runs(mask)
    assert sum(runs[1::2]) == mask.size
    assert np.array_equal(decode_runs(runs, mask.shape), mask)


@pytest.mark.parametrize(
    ("runs", "complaint"),
    [
        ("junk" * 300_000, "pairs of label and count"),
        ({"0": 6}, "pairs of label and count"),
        ([0, 6, 1], "pairs of label and count"),
        ([0, 1] * 7, "pairs of label and count"),
        ([0, 6.0], "whole numbers"),
        ([0, True], "whole numbers"),
        ([0, 8, 1, -2], "whole numbers"),
        ([0, 10**30], "whole numbers"),
        ([0, None], "whole numbers"),
        ([4, 6], "label 4"),
        ([0, 5], "5 pixels"),
        ([0, 6, 1, 6], "12 pixels"),
        ([0, 6, 1, 0], "6 pixels"),
        ([], "0 pixels"),
    ],
)
def test_bad_run_lengths_are_refused_in_words(runs, complaint):
    with pytest.raises(BadInput, match=complaint):
        decode_runs(runs, (2, 3))


def test_a_good_edit_becomes_a_mask():
    edit = read_edit(GOOD, document="slice-1", revision=4, shape=(2, 3))
    assert edit.mask.tolist() == [[0, 0, 3], [3, 3, 3]]
    assert (edit.seq, edit.since, edit.tab, edit.seconds) == (2, Strokes("b2", 1), "a1", 1.5)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"document": "slice-2"}, "another slice"),
        ({"revision": 3}, "older mask"),
        ({"height": 3}, "2 x 3"),
        ({"height": 2.5}, "2 x 3"),
        ({"seq": 0}, "its number"),
        ({"seq": "2"}, "its number"),
        ({"seq": 2**31}, "its number"),
        ({"since": -1}, "began on"),
        ({"seconds": float("nan")}, "seconds of work"),
        ({"seconds": -1}, "seconds of work"),
        ({"tab": "x" * 65}, "browser tab"),
        ({"tab": None}, "browser tab"),
        ({"tab": "\ud800"}, "browser tab"),
        ({"tab": "a\x00"}, "browser tab"),
        ({"since_tab": "\udfff"}, "began on"),
        ({"since_tab": 7}, "began on"),
        ({"runs": [9, 6]}, "label 9"),
    ],
)
def test_a_bad_edit_is_refused_in_words(change, complaint):
    with pytest.raises(BadInput, match=complaint):
        read_edit({**GOOD, **change}, document="slice-1", revision=4, shape=(2, 3))


ODD = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 10**400, 0.5, float("nan"), float("inf"), -0.0),
    *("", "a", "\ud800", "a\x00b", "\u202e", "x" * 10_000, "1", "\u0663"),
    *([], [0], [0, 2, 3, 4], [[]], [None] * 12, {}, {"tab": 1}, {"\ud800": []}),
)


def test_odd_values_of_any_field_are_refused_or_can_be_stored():
    random = np.random.default_rng(0)
    told = []
    for _ in range(3000):
        fields = random.choice([*GOOD], size=random.integers(1, 4), replace=False)
        payload = {**GOOD, **{str(field): ODD[random.integers(len(ODD))] for field in fields}}
        try:
            edit = read_edit(payload, document="slice-1", revision=4, shape=(2, 3))
        except BadInput as error:
            told.append(str(error))
        else:
            assert edit.mask.tolist() == [[0, 0, 3], [3, 3, 3]]
            assert (edit.tab + edit.since.tab).isascii()
            assert 0 < edit.seq < 2**31
            assert 0 <= edit.since.seq < 2**31
            assert 0 <= edit.seconds < 1e9
    assert 2000 < len(told) < 3000
    assert all(sentence.isprintable() and len(sentence) < 200 for sentence in told)


@pytest.mark.parametrize("payload", [None, [], "text", 7])
def test_an_edit_that_is_no_object_is_refused(payload):
    with pytest.raises(BadInput, match="object"):
        read_edit(payload, document="slice-1", revision=4, shape=(2, 3))


def test_a_packed_slice_has_its_planes_where_the_header_says():
    pixels = np.array([[1, 2, 3], [400, 500, 60000]], np.uint16)
    packed = pack_slice(pixels, confidence=np.full((2, 3), 0.5))
    length = int.from_bytes(packed[:4], "little")
    header = json.loads(packed[4 : 4 + length])
    assert (4 + length) % 8 == 0
    assert (header["height"], header["width"], header["mask"]) == (2, 3, [0, 6])
    places = {plane["name"]: 4 + length + plane["offset"] for plane in header["planes"]}
    assert np.frombuffer(packed, "<u2", 6, places["pixels"]).reshape(2, 3).tolist() == pixels.tolist()
    assert np.frombuffer(packed, "u1", 6, places["confidence"]).tolist() == [128] * 6


def test_a_mask_of_another_shape_is_refused_and_such_a_neighbour_left_out():
    pixels = np.zeros((2, 3), np.float32)
    with pytest.raises(ValueError, match="shape"):
        pack_slice(pixels, np.zeros((3, 2), np.uint8))
    packed = pack_slice(pixels, neighbours={"next_slice": np.zeros((3, 2), np.uint8)})
    assert b'"neighbours":{}' in packed


@pytest.mark.parametrize(
    ("values", "given_type", "expected"),
    [
        ([0, 255], np.int64, "uint8"),
        ([-5, 300], np.int64, "int16"),
        ([0, 60000], np.int64, "uint16"),
        ([0, 70000], np.uint32, "int32"),
        ([0, 2**40], np.int64, "float32"),
        ([0.5, 1], np.float64, "float32"),
        ([0, 1], bool, "float32"),
        ([0, 1], np.uint16, "uint16"),
    ],
)
def test_pixels_travel_in_a_type_that_both_sides_have(values, given_type, expected):
    pixels = np.array([values], given_type)
    sent = browser_pixels(pixels)
    assert sent.dtype.name == expected
    assert np.allclose(sent, pixels)


def test_the_browser_reads_and_writes_the_same_run_lengths():
    generator = np.random.default_rng(1)
    masks = [generator.integers(0, 4, shape, np.uint8) for shape in ((1, 1), (1, 7), (5, 4), (96, 96))]
    masks += [np.zeros((3, 3), np.uint8), np.full((4, 4), 3, np.uint8)]
    listing = [{"runs": encode_runs(mask), "length": mask.size} for mask in masks]
    script = """
        import { decodeRuns, encodeRuns } from "./messages/runs.js";
        const masks = given.map(({ runs, length }) => decodeRuns(runs, length));
        const answer = masks.map((mask) => ({ pixels: [...mask], runs: encodeRuns(mask) }));
    """
    answers = in_node(script, listing)
    for mask, given_runs, answer in zip(masks, listing, answers, strict=True):
        assert answer["pixels"] == mask.ravel().tolist()
        assert answer["runs"] == given_runs["runs"]


@pytest.mark.parametrize("name", ["uint8", "int16", "uint16", "int32", "float32"])
def test_the_browser_unpacks_what_python_packed(name):
    pixels = (np.arange(15).reshape(3, 5) * 7).astype(name)
    pixels[0, 0] = 0.25 if name == "float32" else 9
    mask = np.arange(15, dtype=np.uint8).reshape(3, 5) % 4
    packed = pack_slice(
        pixels, mask, spacing_mm=(1.5, 1.25), confidence=pixels / 100, neighbours={"next_phase": mask // 2}
    )
    options = b'{"document":"a"}'
    envelope = (16 + 4).to_bytes(4, "little") + options + b"    " + packed
    script = """
        import { unpack } from "./messages/packing.js";
        // One byte further, because Streamlit hands over views that begin anywhere in their buffer.
        const bytes = Uint8Array.from(Buffer.from("00" + given, "hex"));
        const { options, slice } = unpack(bytes.subarray(1));
        const list = (plane) => plane && [...plane];
        const answer = { options, ...slice, pixels: list(slice.pixels), mask: list(slice.mask),
            confidence: list(slice.confidence), near: list(slice.neighbours.next_phase) };
    """
    answer = in_node(script, envelope.hex())
    assert answer["options"] == {"document": "a"}
    assert (answer["height"], answer["width"], answer["spacing"]) == (3, 5, [1.5, 1.25])
    assert answer["pixels"] == pixels.ravel().tolist()
    assert answer["mask"] == mask.ravel().tolist()
    assert answer["near"] == (mask // 2).ravel().tolist()
    assert answer["confidence"] == np.round(np.clip(pixels / 100, 0, 1) * 255).ravel().astype(int).tolist()
