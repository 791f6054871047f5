"""Where a cluster's scheduler is, and the certificates by which its machines know each other."""

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from distributed import Security

from core.errors import BadSetting
from core.settings import settings

FILES = ("ca.pem", "cert.pem", "key.pem")  # in the folder of SEPTUM_CLUSTER_TLS
EXAMPLES = "give one such as tls://host:8786, or tcp://127.0.0.1:8786 on one machine"


def usable_address(address: str) -> str:
    """Return the address of a scheduler.

    Whoever can speak to a scheduler can run anything on every node, so that without certificates nothing but
    this machine itself is spoken to.

    Raises:
        BadSetting: when it is none, or is on another machine without TLS.
    """
    parts = urlsplit(address)
    try:
        usable = parts.scheme in ("tls", "tcp") and parts.hostname and parts.port
    except ValueError:
        usable = None
    if not usable:
        raise BadSetting(f"SEPTUM_CLUSTER is {address!r}, which is no scheduler's address; {EXAMPLES}")
    if parts.scheme == "tcp" and not is_loopback(parts.hostname or ""):
        raise BadSetting(
            f"SEPTUM_CLUSTER is {address!r}: without certificates anybody could run programs on every node; "
            "use tls:// and name the folder of the certificates in SEPTUM_CLUSTER_TLS"
        )
    return address


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine alone.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("10.0.0.7"), is_loopback("::1")
    (True, True, False, True)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def security_of(address: str) -> Security | None:
    """Return what encrypts and proves who speaks; None where the address asks for none.

    Raises:
        BadSetting: when the folder of the certificates is not set, or lacks one.
    """
    if not address.startswith("tls://"):
        return None
    folder = settings().cluster_tls
    if folder is None:
        raise BadSetting(
            f"SEPTUM_CLUSTER_TLS is not set, but {address} speaks TLS; name a folder with {', '.join(FILES)}"
        )
    ca, certificate, key = (str(require_file(folder / name)) for name in FILES)
    roles = {
        f"tls_{role}_{kind}": path
        for role in ("client", "scheduler", "worker")
        for kind, path in (("cert", certificate), ("key", key))
    }
    return Security(require_encryption=True, tls_ca_file=ca, **roles)


def require_file(path: Path) -> Path:
    """Raise BadSetting where a certificate is not there."""
    if not path.is_file():
        raise BadSetting(f"SEPTUM_CLUSTER_TLS: there is no {path}; it should hold {', '.join(FILES)}")
    return path
