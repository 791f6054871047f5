"""Compressed pixels decoded in a process of their own: the libraries are in C, and files lie to them.

A JPEG 2000 stream of five hundred bytes was seen to take 600 MB, another to take minutes. The process is
started when it is first needed, kept, and started anew after one that crashed or took too long.
"""

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock, Timer
from typing import IO, cast

import numpy as np

from core.imaging.dicom.pixels.decoder_process import LENGTHS

SCRIPT = Path(__file__).with_name("decoder_process.py")
MAX_SECONDS, MAX_SECONDS_A_PIXEL = 3.0, 1e-6  # on the processor: OpenJPEG takes 0.7e-6 for a pixel of noise
MAX_SLOWDOWN = 10.0  # by which a busy machine may take longer
MEMORY_BYTES = 64 << 20  # that any frame may take
MEMORY_BYTES_A_PIXEL = 12  # bytes: OpenJPEG computes in two arrays of four bytes and gives two
DecoderOptions = Mapping[str, str | int]
Answer = dict[str, str | list[int]]  # shape and type, or error


class DecoderProcess:
    """One process that decodes one frame after the other, for one thread at a time."""

    def __init__(self) -> None:
        """Starts nothing yet."""
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()  # a process that is forked off must not talk to it, too

    @property
    def process_id(self) -> int | None:
        """Of the process that is there; None before the first frame and after one that ended it."""
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            return None
        return self._process.pid

    def decode(self, encoded: bytes, how: DecoderOptions) -> np.ndarray:
        """Return the pixels of one encoded frame, as stored.

        Args:
            encoded: the stream of the frame.
            how: what pydicom's decoders take, with `rows` and `columns`, and the transfer `syntax`.

        Raises:
            ValueError: when it cannot be decoded, takes too long, or would take too much memory.
        """
        n_pixels = int(how["rows"]) * int(how["columns"])
        seconds = MAX_SECONDS + MAX_SECONDS_A_PIXEL * n_pixels
        room = MEMORY_BYTES + MEMORY_BYTES_A_PIXEL * n_pixels + 2 * len(encoded)
        words = json.dumps({**how, "room": room, "seconds": seconds}).encode()
        with self._lock:
            answer, content = self._asked(words, encoded, MAX_SLOWDOWN * seconds)
        if "error" in answer:
            raise ValueError(answer["error"])
        return np.frombuffer(content, str(answer["type"])).reshape(cast(list[int], answer["shape"]))

    def close(self) -> None:
        """End the process; another is started when it is needed."""
        if self._process is not None and self._owner == os.getpid():
            self._process.kill()
            self._process.communicate()
        self._process = None

    def _asked(self, words: bytes, encoded: bytes, seconds: float) -> tuple[Answer, bytearray]:
        """Return what the process answers within so many seconds."""
        if self._process is None or self.process_id is None:
            self.close()
            self._process, self._owner = _started(), os.getpid()
        late = Timer(seconds, self._process.kill)
        late.start()
        try:
            return _exchange(self._process, words, encoded)
        except (OSError, EOFError):
            self.close()
            raise ValueError(
                "the decoder broke off, or takes longer than for a picture of this size"
            ) from None
        except BaseException:  # a stop in the middle: its answer must not be taken for the next one's
            self.close()
            raise
        finally:
            late.cancel()


@cache
def decoder() -> DecoderProcess:
    """Return the decoder process of this process, one for all threads."""
    made = DecoderProcess()
    atexit.register(made.close)
    return made


def _started() -> subprocess.Popen[bytes]:
    # Isolated: nothing beside the script is taken for a module, and no variable leads it elsewhere.
    return subprocess.Popen(
        [sys.executable, "-I", str(SCRIPT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _exchange(process: subprocess.Popen[bytes], words: bytes, encoded: bytes) -> tuple[Answer, bytearray]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(LENGTHS.pack(len(words), len(encoded)) + words)
    process.stdin.write(encoded)
    process.stdin.flush()
    n_words, n_bytes = LENGTHS.unpack(_read(process.stdout, LENGTHS.size))
    return json.loads(_read(process.stdout, n_words)), _read(process.stdout, n_bytes)


def _read(stream: IO[bytes], n_bytes: int) -> bytearray:
    """Return so many bytes.

    Raises:
        EOFError: when the process is gone before.
    """
    content = bytearray(n_bytes)
    view = memoryview(content)
    n_filled = 0
    while n_filled < n_bytes:
        n_read = stream.readinto(view[n_filled:])  # type: ignore[attr-defined]
        if not n_read:
            raise EOFError
        n_filled += n_read
    return content
