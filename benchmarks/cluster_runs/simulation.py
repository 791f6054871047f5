"""Many nodes that share one database and one bucket, as a queue: where do more nodes bring no more slices?

Every node reads the images of a batch from the bucket, computes, and waits for its turn at the database,
whose writers come one after the other. Bucket and database serve one request at a time, for as long as was
measured; times are drawn from an exponential distribution, which is harder on queues than what was measured.
"""

import heapq
from dataclasses import dataclass
from random import Random

SLICES = 40_000  # simulated for each number of nodes


@dataclass(frozen=True)
class Services:
    """Mean seconds of a batch at each place."""

    slices: int  # in a batch
    compute: float  # on the node
    bucket: float  # that the bucket is busy with its images
    database: float  # that nobody else can write


def throughput(services: Services, n_nodes: int, chance: Random) -> float:
    """Return the slices a second of so many nodes with one core each."""
    free = {"bucket": 0.0, "database": 0.0}  # when each serves the next
    means = {"bucket": services.bucket, "database": services.database}
    waiting = [(chance.uniform(0, services.compute), number, "bucket") for number in range(n_nodes)]
    heapq.heapify(waiting)
    n_batches, ended = SLICES // services.slices, 0.0
    done = 0
    while done < n_batches:
        now, number, place = heapq.heappop(waiting)
        free[place] = max(now, free[place]) + chance.expovariate(1 / means[place])
        if place == "bucket":
            at = free[place] + chance.expovariate(1 / services.compute)
            heapq.heappush(waiting, (at, number, "database"))
        else:
            done, ended = done + 1, free[place]
            heapq.heappush(waiting, (ended, number, "bucket"))
    return n_batches * services.slices / ended


def bend(services: Services) -> float:
    """Return how many nodes the busiest shared place can serve before they wait for each other."""
    whole = services.compute + services.bucket + services.database
    return whole / max(services.bucket, services.database)
