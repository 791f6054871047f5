"""Nodes that share a database add up until it is always busy, and bring nothing more from there on."""

from random import Random

import pytest

from benchmarks.cluster_runs.simulation import Services, bend, throughput


def test_nodes_add_up_until_the_database_is_full():
    services = Services(slices=16, compute=1.0, bucket=0.01, database=0.02)
    one = 16 / 1.03
    assert throughput(services, 1, Random(0)) == pytest.approx(one, rel=0.05)
    assert throughput(services, 8, Random(0)) == pytest.approx(8 * one, rel=0.05)
    assert throughput(services, 400, Random(0)) == pytest.approx(16 / 0.02, rel=0.05)
    assert bend(services) == pytest.approx(51.5)
