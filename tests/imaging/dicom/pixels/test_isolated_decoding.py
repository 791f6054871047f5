"""Compressed frames are decoded in a process of their own, which may end in any way and is started anew."""

import os
import signal
from collections.abc import Iterator

import numpy as np
import pytest
from pydicom.uid import JPEG2000Lossless, JPEGBaseline8Bit

from core.imaging.dicom.pixels import isolated_decoding
from core.imaging.dicom.pixels.isolated_decoding import DecoderProcess
from tests.imaging.bombs.dicoms import jpeg2000
from tests.imaging.bombs.pictures import jpeg_of_scans, saved

PICTURE = np.random.default_rng(0).integers(0, 60, (64, 48), np.uint8)
GOOD = saved(PICTURE, "JPEG2000", no_jp2=True)


@pytest.fixture
def decoder() -> Iterator[DecoderProcess]:
    made = DecoderProcess()
    yield made
    made.close()


def how(rows: int = 64, columns: int = 48, syntax: str = JPEG2000Lossless) -> dict[str, str | int]:
    return {
        "rows": rows,
        "columns": columns,
        "samples_per_pixel": 1,
        "photometric_interpretation": "MONOCHROME2",
        "bits_allocated": 8,
        "bits_stored": 8,
        "pixel_representation": 0,
        "pixel_keyword": "PixelData",
        "pixel_vr": "OB",
        "decoding_plugin": "",
        "syntax": syntax,
    }


def test_frames_come_back_as_they_were_written_from_one_process(decoder):
    assert np.array_equal(decoder.decode(GOOD, how()), PICTURE)
    process = decoder.process_id
    assert np.array_equal(decoder.decode(GOOD, how()), PICTURE)
    assert decoder.process_id == process != os.getpid()


def test_a_frame_that_is_damaged_is_told_and_the_next_one_decoded(decoder):
    with pytest.raises(ValueError, match="decode"):
        decoder.decode(GOOD[:100], how())
    assert np.array_equal(decoder.decode(GOOD, how()), PICTURE)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that bounds memory")
def test_a_frame_that_asks_for_gigabytes_is_told_and_the_next_one_decoded(decoder):
    with pytest.raises(ValueError, match=r"decode|memory|broke off"):
        decoder.decode(jpeg2000(4096, 4096, precinct=1, levels=1), how(4096, 4096))
    assert np.array_equal(decoder.decode(GOOD, how()), PICTURE)


def test_a_frame_that_takes_too_long_ends_its_process_and_the_next_one_starts_another(decoder, monkeypatch):
    decoder.decode(GOOD, how())
    first = decoder.process_id
    monkeypatch.setattr(isolated_decoding, "MAX_SECONDS", 0.05)
    with pytest.raises(ValueError, match="broke off, or takes longer"):
        decoder.decode(jpeg_of_scans(50_000, 512), how(512, 512, JPEGBaseline8Bit))
    monkeypatch.undo()
    assert np.array_equal(decoder.decode(GOOD, how()), PICTURE)
    assert decoder.process_id != first


def test_a_process_that_was_killed_is_replaced(decoder):
    decoder.decode(GOOD, how())
    process = decoder.process_id
    os.kill(process, signal.SIGKILL)
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)  # until it is gone
    assert np.array_equal(decoder.decode(GOOD, how()), PICTURE)


def test_after_a_stop_in_the_middle_no_answer_is_taken_for_that_of_the_next_frame(decoder, monkeypatch):
    other = saved(PICTURE[::-1], "JPEG2000", no_jp2=True)
    decoder.decode(GOOD, how())
    sent = isolated_decoding._exchange

    def stopped(process, words, encoded):
        process.stdin.write(isolated_decoding.LENGTHS.pack(len(words), len(encoded)) + words + encoded)
        process.stdin.flush()
        raise KeyboardInterrupt

    monkeypatch.setattr(isolated_decoding, "_exchange", stopped)
    with pytest.raises(KeyboardInterrupt):
        decoder.decode(GOOD, how())
    monkeypatch.setattr(isolated_decoding, "_exchange", sent)
    assert np.array_equal(decoder.decode(other, how()), PICTURE[::-1])


def test_a_process_that_was_forked_off_has_a_decoder_of_its_own(decoder):
    decoder.decode(GOOD, how())
    ours = decoder.process_id
    child = os.fork()
    if child == 0:  # never returns to pytest
        try:
            alike = np.array_equal(decoder.decode(GOOD, how()), PICTURE)
            os._exit(0 if alike and decoder.process_id != ours else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert np.array_equal(decoder.decode(GOOD, how()), PICTURE)
    assert decoder.process_id == ours
