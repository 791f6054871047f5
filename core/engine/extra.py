"""What needs Dask, which is an extra, says so in one sentence where it is not installed."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import BadSetting


@contextmanager
def needing_dask() -> Iterator[None]:
    """Raise BadSetting where what is imported within needs a package that is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise BadSetting(
            f"a cluster (SEPTUM_CLUSTER) cannot be used: the package {error.name} is missing; install the "
            "extra: pip install -r requirements-cluster.txt"
        ) from error
