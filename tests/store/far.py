"""Images on another machine, as far as Septum can tell; and machines that are not there."""

from typing import ClassVar

import fsspec
from fsspec.implementations.memory import MemoryFileSystem


class Far(MemoryFileSystem):
    """A storage that works."""

    protocol = "far"
    store: ClassVar[dict] = {}
    pseudo_dirs: ClassVar[list] = [""]

    @classmethod
    def _strip_protocol(cls, path):
        return path.removeprefix(f"{cls.protocol}://").strip("/")


class Gone(Far):
    """A storage whose server is down, with an exception of its own that is no OSError."""

    protocol = "gone"

    def info(self, path, **options):
        raise EndpointConnectionError("Could not connect\nto the endpoint URL")

    cat_file = pipe_file = info


class EndpointConnectionError(Exception):
    """As such libraries have them."""


fsspec.register_implementation("far", Far, clobber=True)
fsspec.register_implementation("gone", Gone, clobber=True)
