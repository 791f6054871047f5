"""The rooms of the house, who uses whom, and where each stands, as the imports say."""

import ast
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import networkx as nx

from core.settings import ROOT

PAGES = "pages"  # with app.py and serve.py, which are screens, too
WORKFLOW = "core.workflow"
SWEEPS = 24  # down and up through the floors until neighbours stand above each other


@dataclass(frozen=True)
class Room:
    """A package or module that has a floor of its own."""

    name: str
    says: str  # the first line of its docstring


@dataclass(frozen=True)
class House:
    """The rooms, and who imports whom: all arrows, and those that do not follow from others."""

    rooms: dict[str, Room]
    uses: "nx.DiGraph[str]"
    drawn: "nx.DiGraph[str]"


def room_of(module: str) -> str:
    """The room that a module belongs to: `core.store.names` is in `core.store`."""
    parts = module.split(".")
    if parts[0] != "core":
        return PAGES
    return ".".join(parts[:3] if parts[:2] == ["core", "workflow"] else parts[:2])


def modules(root: Path = ROOT) -> dict[str, Path]:
    """Every module of the product by its dotted name."""
    files = [root / "app.py", root / "serve.py"]
    files += [file for folder in ("core", "pages") for file in sorted((root / folder).rglob("*.py"))]
    return {dotted(file.relative_to(root)): file for file in files}


def dotted(file: Path) -> str:
    """The name by which a file is imported."""
    parts = file.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.AST) -> Iterator[str]:
    """The dotted names that a file imports, wherever in it; of `from a import b` both `a.b` and `a`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield f"{node.module}.{alias.name}"
            yield node.module


def read_house(root: Path = ROOT) -> House:
    """The house as its files describe it today.

    Raises:
        ValueError: when rooms use each other in a circle, so that none can stand above the other.
    """
    files = modules(root)
    uses: nx.DiGraph[str] = nx.DiGraph()
    first: dict[str, str] = {}
    for module, file in sorted(files.items(), key=lambda item: item[0] != PAGES):  # whose docstring counts
        if module in ("core", WORKFLOW, "core.__main__"):
            continue
        room, tree = room_of(module), ast.parse(file.read_text())
        uses.add_node(room)
        first.setdefault(room, (ast.get_docstring(tree) or "").split("\n")[0])
        for name in imports(tree):
            if name in files and name not in ("core", WORKFLOW) and room_of(name) != room:
                uses.add_edge(room, room_of(name))
    if not nx.is_directed_acyclic_graph(uses):
        raise ValueError(f"rooms that use each other in a circle: {nx.find_cycle(uses)}")
    rooms = {name: Room(name, first[name]) for name in sorted(uses)}
    return House(rooms, uses, nx.transitive_reduction(uses))


def floors(house: House) -> list[list[str]]:
    """Rooms by floor, top first: screens and clients, then the verbs, then what those stand on."""
    verbs = {name for name in house.rooms if name.startswith(f"{WORKFLOW}.")}
    below = set().union(*(nx.descendants(house.uses, verb) for verb in verbs)) - verbs
    clients = set(house.rooms) - verbs - below
    return [floor for part in (clients, verbs, below) for floor in _floors(house, part)]


def _floors(house: House, part: set[str]) -> Iterator[list[str]]:
    upward = house.drawn.subgraph(part).reverse()
    yield from reversed([sorted(floor) for floor in nx.topological_generations(upward)])


def order(house: House, stories: list[list[str]]) -> tuple[list[list[str]], "nx.DiGraph[str]"]:
    """Rooms of each floor from left to right so that few arrows cross, and the arrows cut at each floor.

    An arrow that passes a floor gets a place there, called "from>to@floor", so that it goes round the rooms.
    """
    level = {name: number for number, story in enumerate(stories) for name in story}
    rows = [list(story) for story in stories]
    arrows: nx.DiGraph[str] = nx.DiGraph()
    for start, end in sorted(house.drawn.edges):
        before = start
        for number in range(level[start] + 1, level[end]):
            place = f"{start}>{end}@{number}"
            rows[number].append(place)
            arrows.add_edge(before, place)
            before = place
        arrows.add_edge(before, end)
    best, fewest = rows, _crossings(rows, arrows)
    for turn in range(SWEEPS):
        rows = _sweep(rows, arrows, down=turn % 2 == 0)
        crossings = _crossings(rows, arrows)
        if crossings < fewest:
            best, fewest = rows, crossings
    return best, arrows


def _sweep(rows: list[list[str]], arrows: "nx.DiGraph[str]", *, down: bool) -> list[list[str]]:
    """Each floor sorted by where its rooms' neighbours stand on the floor that was sorted before it."""
    rows = [list(row) for row in rows]
    numbers = range(1, len(rows)) if down else range(len(rows) - 2, -1, -1)
    for number in numbers:
        fixed = _shares(rows[number - 1 if down else number + 1])
        own = _shares(rows[number])
        middle = {}
        for name in rows[number]:
            joined = arrows.predecessors(name) if down else arrows.successors(name)
            there = [fixed[other] for other in joined if other in fixed]
            middle[name] = statistics.fmean(there) if there else own[name]
        rows[number].sort(key=middle.__getitem__)
    return rows


def _shares(row: list[str]) -> dict[str, float]:
    return {name: index / max(1, len(row) - 1) for index, name in enumerate(row)}


def _crossings(rows: list[list[str]], arrows: "nx.DiGraph[str]") -> int:
    total = 0
    for upper, lower in zip(rows, rows[1:], strict=False):
        at = {name: index for index, name in enumerate(lower)}
        reached = (sorted(at[end] for end in arrows.successors(start) if end in at) for start in upper)
        ends = [index for several in reached for index in several]
        total += sum(right < left for index, left in enumerate(ends) for right in ends[index + 1 :])
    return total
