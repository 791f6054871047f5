"""Fifty readers at once on one server: every stroke is acknowledged, soon, and is in the store."""

import statistics
import threading
from pathlib import Path
from random import Random

import numpy as np

from benchmarks.fault_rounds.client import Client
from benchmarks.fault_rounds.rounds import Round, own_home, unsound
from core.records.slices import Geometry, Series, Slice, Split
from core.settings import ROOT
from core.store.database import open_store
from core.store.masks import drafts
from core.store.series.series import add_series
from core.store.slices.slices import list_slices
from tests.browser.conftest import end, start_server

N_READERS = 50
N_STROKES = 10
PAUSE_S = 2.0  # between two strokes of a reader, on average
MAX_MEDIAN_SECONDS = 0.3
SHAPE = (96, 96)


def readers(folder: Path, chance: Random) -> Round:
    """Fifty sessions draw ten strokes each, as people do: one every few seconds."""
    lost: list[str] = []
    with own_home(folder):
        pixels = np.add.outer(np.arange(SHAPE[0]), np.arange(SHAPE[1])).astype(np.uint16)
        slices = tuple(Slice(number, 0, pixels + number) for number in range(N_READERS))
        geometry = Geometry("npy", (N_READERS, *SHAPE), (1.5, 1.5))
        add_series(open_store(), Series("anna", "cine", geometry, slices, split=Split.TRAIN))
        rows = list_slices(open_store(), limit=None)
        server, url = start_server(ROOT / "serve.py", {})
        seconds: list[float] = []
        try:
            clients = [Client(url, row.id, f"reader{number}", SHAPE) for number, row in enumerate(rows)]
            threads = [
                threading.Thread(target=work, args=(client, Random(chance.random()), seconds, lost))
                for client in clients
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            end(server)
        for client in clients:
            draft = drafts.load_draft(open_store(), client.slice_id, client.reader)
            if draft is None or draft.seq != N_STROKES:
                lost.append(f"{client.reader}'s newest stroke is not in the store")
        lost += unsound()
    median = statistics.median(seconds) if seconds else float("inf")
    print(
        f"{len(seconds)} strokes, median {median:.3f} s, slowest {max(seconds, default=0):.2f} s", flush=True
    )
    if median > MAX_MEDIAN_SECONDS:
        lost.append(f"a stroke takes {median:.2f} s at the median")
    return Round(0, len(seconds), tuple(lost))


def work(client: Client, chance: Random, seconds: list[float], lost: list[str]) -> None:
    """One reader: open the slice, draw, wait, draw."""
    mask = np.zeros(SHAPE, np.uint8)
    wait = threading.Event()
    try:
        client.open()
        for seq in range(1, N_STROKES + 1):
            wait.wait(chance.uniform(0, 2 * PAUSE_S))
            mask[seq * 5 : seq * 5 + 5, 10:60] = chance.randint(1, 3)
            seconds.append(client.draw(mask, seq))
    except Exception as error:  # whatever it is, the reader's stroke was not acknowledged
        lost.append(f"{client.reader}: {type(error).__name__}: {error}")
    finally:
        client.close()
