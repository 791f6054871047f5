"""What Septum wants to be otherwise than fsspec has it where files are in a bucket."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import fsspec

from core.errors import BadSetting, StoreUnavailable
from core.store.connection.refusals import first_line
from core.store.files.attempts import NEVER, answered, status_of

EXAMPLES = "a folder, or an fsspec URL such as s3://bucket/arrays"
# Of these, the first name of a path is a bucket that must be there, and folders are but parts of names.
BUCKETS = ("s3", "s3a", "gs", "gcs", "abfs", "az")
S3 = ("s3", "s3a")
MARK = "septum.txt"  # is written where names must be free, to see whether a bucket heeds that
MARKED = b"Septum keeps images and the files of its runs here, each under its SHA-256.\n"
PART_BYTES = 16 << 20  # of a file that goes up in parts, as one of twice this size does
PARTS_AT_ONCE = 4
AT_ONCE = 8  # requests to another machine, which wait for each other's answers
NAMED_AT_ONCE = 1000  # files that one request to S3 may name
S3_CONFIG = {
    "connect_timeout": 5,  # seconds
    "read_timeout": 20,  # without a byte
    "retries": {"total_max_attempts": 1},  # core.store.files.attempts does that for every kind of storage
}
S3_OPTIONS = {
    "max_concurrency": 1,  # with more it asks for the size before each reading
    "skip_instance_cache": True,  # the address of the server may be another by now, which no key tells
    "use_listings_cache": False,  # others write and remove files, too
}
PART_ATTEMPTS = 2  # in s3fs, of each part of a large file, before all of it is sent again


def file_system(url: str) -> tuple[fsspec.AbstractFileSystem, str]:
    """Return the file system behind a URL, and the path in it.

    Raises:
        BadSetting: when there is none that Septum can use, or its package is not installed.
    """
    scheme = url.partition("://")[0]
    if scheme == "memory":
        raise BadSetting(
            f"SEPTUM_ARRAYS is {url!r}, in memory, where the app and its workers cannot share it; "
            f"give {EXAMPLES}"
        )
    try:
        system, root = fsspec.core.url_to_fs(url, **(_s3_options() if scheme in S3 else {}))
    except ImportError as error:
        remedy = "; install it: pip install -r requirements-cluster.txt" if scheme in S3 else ""
        raise BadSetting(
            f"SEPTUM_ARRAYS is {url!r}, for which a package must be installed: {first_line(error)}{remedy}"
        ) from error
    except ValueError as error:
        raise BadSetting(f"SEPTUM_ARRAYS is {url!r} ({first_line(error)}); give {EXAMPLES}") from error
    if scheme in S3:
        vars(system)["retries"] = PART_ATTEMPTS
    return system, root.rstrip("/")


def _s3_options() -> dict[str, object]:
    """Septum's options, with what fsspec's own configuration says of connections on top."""
    configured = fsspec.config.conf.get("s3", {}).get("config_kwargs", {})
    return S3_OPTIONS | {"config_kwargs": S3_CONFIG | configured}


def require_bucket(system: fsspec.AbstractFileSystem, url: str, bucket: str) -> None:
    """Raise BadSetting when there is no such bucket, and what the library raises when nobody answers."""
    try:
        answered(partial(system.info, bucket))
    except FileNotFoundError as error:
        raise BadSetting(
            f"SEPTUM_ARRAYS is {url!r}, but there is no bucket {bucket!r}; make it, or name another"
        ) from error
    except PermissionError:
        return  # said without a reason; the next request will hear one


def heeds_free_names(system: fsspec.AbstractFileSystem, root: str) -> bool:
    """Return whether a bucket refuses to write over a file where it is asked to; it must take one at all."""
    path = f"{root}/{MARK}"
    try:
        for _ in range(2):  # the first time, the name may be free
            answered(partial(system.pipe_file, path, MARKED, mode="create"))
    except FileExistsError:
        return True
    except (TypeError, NotImplementedError):  # of the library
        answered(partial(system.pipe_file, path, MARKED))
    except OSError as error:
        if status_of(error) != NEVER:
            raise
        answered(partial(system.pipe_file, path, MARKED))
    return False


def remove_from_s3(system: fsspec.AbstractFileSystem, paths: Sequence[str]) -> None:
    """Remove files by one request for a thousand, or by one each where the server knows no other way.

    Raises:
        StoreUnavailable: when some of them could not be removed.
    """
    for start in range(0, len(paths), NAMED_AT_ONCE):
        part = paths[start : start + NAMED_AT_ONCE]
        bucket = part[0].partition("/")[0]
        keys = [{"Key": path.partition("/")[2]} for path in part]
        wanted = {"Objects": keys, "Quiet": True}
        try:
            told = answered(partial(system.call_s3, "delete_objects", Bucket=bucket, Delete=wanted))
        except OSError as error:
            if status_of(error) != NEVER:
                raise
            with ThreadPoolExecutor(AT_ONCE) as threads:
                list(threads.map(lambda path: answered(partial(system.rm_file, path)), part))
            continue
        if refused := told.get("Errors"):
            raise StoreUnavailable(
                f"{len(refused)} of {len(part)} files in the bucket {bucket} could not be removed "
                f"({refused[0].get('Code')}: {refused[0].get('Message')}); let the key delete there"
            )
