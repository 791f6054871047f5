"""How much faster a run is on a cluster, what a slice asks of the store, and how many nodes that carries.

    python -m benchmarks.cluster [--rounds 3] [--hearts 8] [--record benchmarks/records/cluster.jsonl]

Phantoms of 20 slices each, the shipped model, a PostgreSQL that syncs nothing and a LocalBucket behind a
proxy that counts, all on this machine. The plain worker, one node and two nodes do the same run in turn, with
one thread and one core each; what they load before their first slice is not counted. Rounds that the record
has already are not done again. Then one core measures for how long bucket and database are busy with a
slice, and up to 128 nodes that share these two are simulated, see `benchmarks/cluster_runs/simulation.py`.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random
from statistics import median

import psutil

from benchmarks.cluster_runs.simulation import Services, bend, throughput
from benchmarks.cluster_runs.store import Worker, predicted, traffic
from benchmarks.fault_rounds.cluster import phantom, shared_store
from core.settings import ROOT, settings
from core.store.database import open_store
from core.store.series.series import add_series
from core.store.slices.slices import count_slices
from core.workflow.prediction.stacks import BATCH
from tests.engine.local_cluster import LocalCluster
from tests.servers.postgresql import Server

WAYS = ("worker", "one node", "two nodes")
NODES = (1, 2, 4, 8, 16, 32, 64, 128)
BATCHES = (1, BATCH)
SETTLE_SECONDS = 3.0  # in which a node that was ended is known to be gone


def paces(servers: Server, folder: Path, n_slices: int, rounds: Sequence[int]) -> Iterator[dict]:
    """Let the three ways do the same run in turn; slices a second of each."""
    made = LocalCluster(folder)
    made.scheduler()
    plain, driver = Worker(), Worker(made.address)
    psutil.Process(plain.process.pid).cpu_affinity([0])
    try:
        for number in rounds:
            for way in WAYS:
                names = {"worker": [], "one node": ["one"], "two nodes": ["one", "two"]}[way]
                if names:
                    made.nodes(*names)
                for core, name in enumerate(names):
                    pin(made.processes[name].pid, core)
                worker = driver if names else plain
                predicted(servers, worker, n_slices)  # everybody loads the model
                ours = [worker.process.pid, *(one.pid for one in made.processes.values() if names)]
                before = cpu_seconds(ours)
                pace = n_slices / predicted(servers, worker, n_slices)
                cpu = (cpu_seconds(ours) - before) / n_slices
                for name in names:
                    made.kill(name)
                time.sleep(SETTLE_SECONDS if names else 0)
                yield {"kind": "pace", "round": number, "way": way, "pace": pace, "cpu": cpu}
                print(
                    f"round {number}, {way}: {pace:.2f} slices a second, {cpu:.4f} core seconds", flush=True
                )
    finally:
        made.end()
        for each in (plain, driver):
            each.end()


def cpu_seconds(pids: Sequence[int]) -> float:
    """Seconds of a core that processes and their children took; other work beside them changes little."""
    all_of_them = [one for pid in pids for one in (psutil.Process(pid), *psutil.Process(pid).children(True))]
    return sum(sum(one.cpu_times()[:2]) for one in all_of_them)


def pin(pid: int, core: int) -> None:
    """Keep a process and its children on one core."""
    process = psutil.Process(pid)
    for one in (process, *process.children(recursive=True)):
        one.cpu_affinity([core])


def measured(lines: Sequence[dict]) -> None:
    """Print what the record says, and the simulation of it."""
    of_paces = [line for line in lines if line["kind"] == "pace"]
    pace = {way: [line["pace"] for line in of_paces if line["way"] == way] for way in WAYS}
    for way, values in pace.items():
        if values:
            against = median(values) / median(pace["worker"])
            cpu = median(line["cpu"] for line in of_paces if line["way"] == way)
            told = f"{median(values):.2f} slices a second, {against:.2f} x the worker"
            print(f"{way}: {told}; {cpu:.4f} core seconds a slice")
    for line in (line for line in lines if line["kind"] == "traffic"):
        services = Services(**line["services"])
        print(f"\n{services.slices} slices a unit of work: {line['asked']}\n{services}")
        print(f"nodes wait for each other from {bend(services):.0f} on")
        for n_nodes in NODES:
            print(f"| {n_nodes} | {throughput(services, n_nodes, Random(n_nodes)):.0f} |")


def main() -> None:
    """Do as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--hearts", type=int, default=8, help="of 20 slices each")
    parser.add_argument("--record", type=Path, help="file with a line for each measurement; more are added")
    asked = parser.parse_args()
    there = asked.record is not None and asked.record.exists()
    lines = [json.loads(text) for text in asked.record.read_text().splitlines()] if there else []
    done = {line["round"] for line in lines if line["kind"] == "pace" and line["way"] == WAYS[-1]}
    to_measure = [
        one
        for one in BATCHES
        if one not in {line["services"]["slices"] for line in lines if line["kind"] == "traffic"}
    ]
    rounds = [number for number in range(asked.rounds) if number not in done]
    if rounds or to_measure:
        with tempfile.TemporaryDirectory(prefix="septum-cluster-") as folder:
            for line in measure(Path(folder), rounds, to_measure, asked.hearts):
                lines.append(line)
                if asked.record:
                    with asked.record.open("a") as record:
                        record.write(json.dumps(line) + "\n")
    measured(lines)


def measure(folder: Path, rounds: Sequence[int], batches: Sequence[int], n_hearts: int) -> Iterator[dict]:
    """Do what is not in the record yet."""
    with shared_store(folder, ROOT / "checkpoints") as (servers, proxy, *_):
        os.environ["SEPTUM_CACHE_MB"] = "1"  # else a second run would ask the bucket for nothing
        settings.cache_clear()
        store = open_store()
        for seed in range(n_hearts):
            add_series(store, phantom(seed))
        if rounds:
            yield from paces(servers, folder, count_slices(store), rounds)
        for batch in batches:
            asked, services = traffic(servers, proxy, batch)
            yield {"kind": "traffic", "asked": asked, "services": asdict(services)}


if __name__ == "__main__":
    main()
