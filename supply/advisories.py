"""What is publicly known to be wrong with the pinned versions, as pip-audit asks it."""

import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass

from supply.pins import AUDIT, ROOT, SETS

SERVICES = ("pypi", "osv")  # the second is asked where the first answers nothing
# Of pins as they are written: nothing is installed or resolved for the question.
OPTIONS = ("--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off")
SETS_APART = SETS[-2:]  # the first includes those before it


@dataclass(frozen=True)
class Answer:
    """What one service said of so many packages."""

    asked: int  # packages of which it told something
    unasked: tuple[str, ...]  # why not, for each of the others
    known: tuple[str, ...]  # a sentence for each weakness

    def __add__(self, other: "Answer") -> "Answer":
        """Both together."""
        return Answer(self.asked + other.asked, self.unasked + other.unasked, self.known + other.known)


NOTHING = Answer(0, (), ())


def ask_all() -> Answer:
    """What is known of all pinned packages, from the first service that answers at all."""
    answer = NOTHING
    for service in SERVICES:
        answer = sum((_ask(service, name) for name in SETS_APART), NOTHING)
        if answer.asked:
            break
    return answer


def _ask(service: str, name: str) -> Answer:
    command = [str(AUDIT / "pip-audit"), "--vulnerability-service", service, "-r", f"{name}.txt", *OPTIONS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        last = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        return Answer(0, (f"{service}: {last}",), ())
    return read_answer(json.loads(done.stdout)["dependencies"])


def read_answer(packages: Iterable[dict[str, object]]) -> Answer:
    """What pip-audit's JSON says of each package."""
    answer = NOTHING
    for package in packages:
        if reason := package.get("skip_reason"):
            answer += Answer(0, (str(reason),), ())
            continue
        found = package["vulns"]
        assert isinstance(found, list)
        answer += Answer(1, (), tuple(_sentence(package, weakness) for weakness in found))
    return answer


def _sentence(package: dict[str, object], weakness: dict[str, object]) -> str:
    mended = weakness["fix_versions"]
    remedy = (
        f"mended in {', '.join(map(str, mended))}" if isinstance(mended, list) and mended else "not mended"
    )
    return f"{package['name']} {package['version']}: {weakness['id']}, {remedy}."
