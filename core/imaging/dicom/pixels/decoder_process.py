"""Decodes compressed pixels in a process of its own, which may crash, hang or fill up without harm to others.

Started by `decoding_apart` as a script that imports nothing of Septum, so that it starts soon. A request is
two lengths of four bytes, a JSON object with what pydicom's decoders want to know (and `syntax`, `room` in
bytes and `seconds`), and one encoded frame; an answer is two lengths, a JSON object with `shape` and `type`
or with `error`, and the decoded bytes.
"""

import io
import json
import math
import os
import struct
import sys
import time
import warnings

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is there: threads take room and do nothing here

import numpy as np
from pydicom.encaps import encapsulate
from pydicom.pixels import get_decoder
from pydicom.uid import UID

if sys.platform.startswith("linux"):
    import resource

LENGTHS = struct.Struct("<II")


def main() -> None:
    """Answer requests until there are no more."""
    warnings.simplefilter("ignore")
    begin = held_bytes()
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what a library may print is no answer
    while len(head := requests.read(LENGTHS.size)) == LENGTHS.size:
        n_words, n_bytes = LENGTHS.unpack(head)
        asked = json.loads(requests.read(n_words))
        encoded = requests.read(n_bytes)
        limit(begin + asked.pop("room"), asked.pop("seconds"))
        try:
            plane = decoded(encoded, **asked)
            answer, content = {"shape": plane.shape, "type": plane.dtype.str}, plane.tobytes()
            del plane
        except MemoryError:
            answer, content = {"error": "it takes more memory than a picture of its size"}, b""
        except Exception as error:  # noqa: BLE001  (whatever a decoder raises is told to whom it concerns)
            answer, content = {"error": str(error) or type(error).__name__}, b""
        words = json.dumps(answer).encode()
        answers.write(LENGTHS.pack(len(words), len(content)) + words)
        answers.write(content)
        answers.flush()


def decoded(encoded: bytes, *, syntax: str, **how: object) -> np.ndarray:
    """Return the pixels of one frame, as stored."""
    buffer = io.BytesIO(encapsulate([encoded]))
    plane, _ = get_decoder(UID(syntax)).as_array(buffer, raw=True, number_of_frames=1, **how)  # type: ignore[arg-type]
    return plane


def held_bytes() -> int:
    """Return the address space of this process; 0 where it is not told."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def limit(most_bytes: int, seconds: float) -> None:
    """Bound address space and further time on the processor, on systems that tell and can (Linux)."""
    if not sys.platform.startswith("linux"):
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no picture of a patient is left in one
    until = math.ceil(time.process_time() + seconds)
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
