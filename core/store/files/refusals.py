"""What storage on another machine refuses, told in one sentence each."""

import re

from core.store.connection.refusals import first_line
from core.store.files.attempts import WITHOUT_KEY, code_of, is_named, is_untrusted, status_of

UNKNOWN_KEY = {
    "ExpiredToken",
    "InvalidAccessKeyId",
    "InvalidToken",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
}
UNHEEDED = (
    "the storage at {url} writes over files although it is asked not to (If-None-Match), so Septum looks "
    "before it writes; files are named by their content, so nothing is lost by it"
)
FULL_STATUS = 507
OPENSSL = re.compile(
    r"certificate verify failed: (.+?)\.? \(_ssl"
)  # its reason, deep in what libraries say of it
FULL_CODES = {"QuotaExceeded", "XMinioStorageFull"}


def remote_refusal(url: str, error: Exception) -> str:
    """Return the sentence for what the storage behind a URL refused, or why it gave no answer."""
    code = code_of(error)
    reason = f"{code}: {first_line(error)}" if code else first_line(error)
    if code in UNKNOWN_KEY or is_named(error, WITHOUT_KEY):
        return (
            f"the storage at {url} does not take the key that it was given ({reason}); check the key, which "
            "for S3 is in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or in the profile AWS_PROFILE, and "
            "this machine's clock"
        )
    if code in FULL_CODES or status_of(error) == FULL_STATUS:
        return f"the storage at {url} is full ({reason}); nothing was changed, free some space and try again"
    if is_untrusted(error):
        found = OPENSSL.search(str(error))
        return (
            f"the storage at {url} is not known to be the right one ({found[1] if found else reason}); let "
            "AWS_CA_BUNDLE name a file with the certificate of who signed the server's, and AWS_ENDPOINT_URL "
            "the server by the name that its certificate has"
        )
    if isinstance(error, PermissionError):
        return (
            f"the storage at {url} refuses what Septum asks of it ({reason}); let its key read, write, list "
            "and delete there"
        )
    return (
        f"the images at {url} cannot be reached ({type(error).__name__}: {first_line(error)}); check that "
        "the storage is up, that you may use it, and SEPTUM_ARRAYS"
    )
