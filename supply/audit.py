"""Check what Septum is made of: versions, files as they came, licences, and weaknesses that are known.

    make audit

Exits with 1 when something is wrong, with 2 when nothing is but no service could be asked for weaknesses.
"""

import sys

from supply.advisories import Answer, ask_all
from supply.installed import problems
from supply.licences import refused


def main() -> int:
    """Print what was found."""
    wrong, unwanted = sorted(problems()), refused()
    print("\n".join(wrong) or "Every installed package is pinned, and every file of it is as it came.")
    print("\n".join(unwanted) or "Every licence is agreed to; `make licences` lists them.")
    answer = ask_all()
    print("\n".join(lines(answer)))
    if wrong or unwanted or answer.known:
        return 1
    return 0 if answer.asked and not answer.unasked else 2


def lines(answer: Answer) -> list[str]:
    """What is said of known weaknesses."""
    said = list(answer.known)
    if answer.asked and not answer.known:
        said.append(f"No weakness is publicly known of {answer.asked} pinned packages.")
    if answer.unasked:
        where = "them all" if not answer.asked else f"{len(answer.unasked)} packages"
        said.append(
            f"COULD NOT ASK for known weaknesses of {where}, so nothing is said of them; first reason:"
        )
        said.append(f"  {answer.unasked[0]}")
        said.append("Run `make audit` where the internet can be reached.")
    return said


if __name__ == "__main__":
    sys.exit(main())
