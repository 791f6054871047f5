"""Requests to another machine: made again after a fault that may pass, told at once where that is no help."""

import random
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")
ATTEMPTS = 6
PAUSE_SECONDS = 0.1  # before the second attempt, and twice as long before each later one: 3 s in all
PATIENCE_SECONDS = 30.0  # nobody tries again later than this after the first attempt
SILENT_SECONDS = 5.0  # for which nobody waits for a server that gave no answer to all attempts
PASSING = (408, 409, 425, 429)  # the only answers among 400 to 499 that may be another a moment later
NEVER = 501  # the server does not know how, and will not learn it
TAKEN = ("PreconditionFailed", "412")  # what a server says where a name was to be free
FINAL = (
    FileNotFoundError,
    FileExistsError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
    ImportError,
    NotImplementedError,
    TypeError,
    ValueError,
)
# Botocore is not installed everywhere, so its classes are known by their names.
WITHOUT_KEY = {"NoCredentialsError", "PartialCredentialsError", "ProfileNotFound"}
FINAL_NAMES = WITHOUT_KEY | {"ParamValidationError", "InvalidRegionError"}
UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"  # OpenSSL's word, whatever library passes it on
NO_BUNDLE = (
    "HTTPClientError",
    "[Errno 2]",
)  # of botocore, where the file is not there that AWS_CA_BUNDLE names


def answered(ask: Callable[[], T], attempts: int = ATTEMPTS) -> T:
    """Return what a request returns; one that may be made any number of times, and is so often at most.

    What the library says of a fault that does not pass is raised as it is, after the last attempt any other.

    Raises:
        FileExistsError: when the name was to be free and is taken, however the library says so.
    """
    until, pause, left = time.monotonic() + PATIENCE_SECONDS, PAUSE_SECONDS, attempts
    while True:
        try:
            return ask()
        except Exception as error:
            left -= 1
            if code_of(error) in TAKEN:
                raise FileExistsError(str(error)) from error
            if left == 0 or is_final(error) or time.monotonic() + pause > until:
                raise
        time.sleep(pause * random.uniform(0.75, 1.25))  # or all who were refused at once come back at once
        pause *= 2


class Patience:
    """What is known of a server: once it gave no answer, requests are made once and wait for nothing."""

    def __init__(self) -> None:
        """It is taken for one that answers."""
        self._silent_until = 0.0

    def answered(self, ask: Callable[[], T]) -> T:
        """Return what `answered` returns, for a while with a single attempt where all were in vain before."""
        try:
            answer = answered(ask, 1 if time.monotonic() < self._silent_until else ATTEMPTS)
        except Exception as error:
            if not is_final(error):
                self._silent_until = time.monotonic() + SILENT_SECONDS
            raise
        self._silent_until = 0.0
        return answer


def is_final(error: Exception) -> bool:
    """Whether the same request would be answered in the same way a moment later."""
    status = status_of(error)
    if status:
        return status == NEVER or (400 <= status < 500 and status not in PASSING)
    return isinstance(error, FINAL) or is_named(error, FINAL_NAMES) or is_untrusted(error)


def is_named(error: Exception, names: set[str]) -> bool:
    """Whether an error's class, or one that it comes from, has one of these names."""
    return any(one.__name__ in names for one in type(error).__mro__)


def is_untrusted(error: Exception) -> bool:
    """Whether nothing here vouches for the server's certificate."""
    name, words = NO_BUNDLE
    return UNTRUSTED in str(error) or (is_named(error, {name}) and words in str(error))


def code_of(error: BaseException) -> str:
    """Return the server's own word for what is wrong, such as SlowDown; "" where it said none."""
    told = _answer(error).get("Error")
    return str(told.get("Code", "")) if isinstance(told, Mapping) else ""


def status_of(error: BaseException) -> int:
    """Return the status of the server's answer; 0 where none came."""
    told = _answer(error).get("ResponseMetadata")
    return int(told.get("HTTPStatusCode", 0)) if isinstance(told, Mapping) else 0


def _answer(error: BaseException) -> Mapping[str, object]:
    """What botocore keeps of an answer, in its error or in the one behind it."""
    for one in (error, error.__cause__):
        answer = getattr(one, "response", None)
        if isinstance(answer, Mapping):
            return answer
    return {}
