"""List the licence of every installed package, and refuse one that was not agreed to.

make licences
"""

import re
import sys
from importlib.metadata import Distribution, distributions

from supply.pins import EXTRA, all_pins, canonical, pins

# None of these asks more of Septum than its text beside the package; MPL-2.0 holds for its own files alone,
# and LGPL-3.0 asks that anybody may put another psycopg in the place of this one, as pip does.
AGREED = frozenset(
    {
        *("0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0"),
        *("CC0-1.0", "ISC", "LGPL-3.0-only", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Zlib"),
        # As older packages call them, in classifiers and by hand.
        *("3-Clause BSD License", "Apache License 2.0", "Apache Software License", "BSD", "BSD License"),
        *("ISC License (ISCL)", "MIT License", "Mozilla Public License 2.0 (MPL 2.0)"),
        "Python Software Foundation License",
    }
)
NOT_TOLD = "not told"
REFUSED = "not agreed to"
NO_LICENCES = {"OSI Approved", "DFSG approved"}  # classifiers that say of a licence that others approve of it


def licence_of(package: Distribution) -> str:
    """Its licence: the SPDX expression, else the classifiers' names joined by AND, else its own words.

    Where the metadata name only a file, it is that file's first line: the licence's name, or it is refused.
    """
    if expression := _told(package, "License-Expression"):
        return expression[0]
    named = [line.split(" :: ")[-1] for line in _told(package, "Classifier") if "License :: " in line]
    if classified := sorted(set(named) - NO_LICENCES):
        return " AND ".join(classified)
    words = "".join(_told(package, "License")).strip()
    if words:
        return words.splitlines()[0]
    texts = [package.read_text(f"licenses/{file}") or "" for file in _told(package, "License-File")]
    return " AND ".join(text.strip().splitlines()[0] for text in texts if text.strip()) or NOT_TOLD


def _told(package: Distribution, field: str) -> list[str]:
    """What its metadata says under this field, which may be there any number of times."""
    return [str(value) for value in package.metadata.get_all(field) or []]


def is_agreed(licence: str) -> bool:
    """Whether all licences that hold were agreed to; of alternatives, one is enough.

    >>> [is_agreed(licence) for licence in ("MIT AND GPL-3.0-only", "MIT OR GPL-3.0-only")]
    [False, True]
    """
    if "(" in licence and licence not in AGREED:  # alternatives within conditions: all of them, to be safe
        return all(part.strip("() ") in AGREED for part in re.split(" AND | OR ", licence))
    return any(
        all(part.strip() in AGREED for part in choice.split(" AND ")) for choice in licence.split(" OR ")
    )


def standing(name: str, licence: str) -> str:
    """What is said of a package beside its licence; empty where nothing needs to be said."""
    if name in pins(EXTRA):
        return f"an extra: {EXTRA}.txt"
    if name not in all_pins():
        return "not pinned"
    return "" if is_agreed(licence) else REFUSED


def listed() -> list[tuple[str, str, str, str]]:
    """(name, version, licence, what is said of it) of each installed package, by name."""
    rows = set()
    for package in distributions():
        name, licence = canonical(package.metadata["Name"]), licence_of(package)
        rows.add((name, package.version, licence, standing(name, licence)))
    return sorted(rows)


def refused() -> list[str]:
    """A sentence for each pinned package whose licence was not agreed to."""
    return [
        f"{name} has the licence {licence}: replace it, or agree to that in supply/licences.py."
        for name, _, licence, said in listed()
        if said == REFUSED
    ]


def main() -> int:
    """Print a line for each installed package; 1 when a pinned one has a licence that was not agreed to."""
    for name, version, licence, said in listed():
        print(f"{name:<28}{version:<14}{licence}{f'  ({said})' if said else ''}")
    wrong = refused()
    print("\n".join(wrong), file=sys.stderr, end="\n" * bool(wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
