"""The picture of the house, `docs/architecture.svg`: rooms on floors, arrows down to what each room uses.

    make architecture        or: python -m docs.architecture_picture

Drawn from today's imports, see `docs/architecture_rooms.py`; a test says when the picture is out of date.
"""

import html
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import numpy as np
from scipy.optimize import isotonic_regression

from docs.architecture_rooms import PAGES, WORKFLOW, House, Room, floors, order, read_house

PICTURE = Path(__file__).with_name("architecture.svg")
WIDTH, MARGIN = 1440, 24
BOX_WIDTH, BOX_HEIGHT, LANE, GAP, FLOOR = 164, 66, 18, 10, 100  # px; a lane is where an arrow passes a floor
LINE_LENGTH, LINES = 26, 3  # of the small text in a box
TURNS = 60  # until rooms stand near the middle of what they are joined to
STYLE = """
svg { background: #ffffff; font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.room rect { fill: #ffffff; stroke: #5b6b80; }
.clients rect { fill: #e4f1e7; stroke: #4a8a5c; }
.verbs rect { fill: #e3edfb; stroke: #4674b8; }
.frame { fill: #f3f7fd; stroke: #b9cbe6; stroke-dasharray: 5 4; }
.name { font-size: 13px; font-weight: 600; fill: #1c2430; }
.small { font-size: 10.5px; fill: #4a5666; }
.arrow { fill: none; stroke: #8593a6; stroke-width: 1.15; }
.head { fill: #8593a6; }
@media (prefers-color-scheme: dark) {
  svg { background: #0e1117; }
  .room rect { fill: #1a202b; stroke: #7d8ca3; }
  .clients rect { fill: #16291d; stroke: #5fa374; }
  .verbs rect { fill: #16243a; stroke: #5f8fd6; }
  .frame { fill: #10182a; stroke: #2f4266; }
  .name { fill: #eef2f8; }
  .small { fill: #b3bfce; }
  .arrow { stroke: #66758a; }
  .head { fill: #66758a; }
}
"""


@dataclass(frozen=True)
class Plan:
    """Where everything stands: the middle of each room and each lane in px, and the arrows between them."""

    house: House
    rows: list[list[str]]
    arrows: "nx.DiGraph[str]"
    x: dict[str, float]

    def y(self, number: int) -> float:
        """The upper edge of a floor's boxes."""
        return MARGIN + number * FLOOR

    @property
    def height(self) -> float:
        """Of the whole picture."""
        return self.y(len(self.rows)) - FLOOR + BOX_HEIGHT + MARGIN


def plan(house: House) -> Plan:
    """Order the floors and move what is joined above each other.

    Raises:
        ValueError: when a floor has more rooms than the picture is wide.
    """
    rows, arrows = order(house, floors(house))
    x = {name: WIDTH * (index + 0.5) / len(row) for row in rows for index, name in enumerate(row)}
    for turn in range(TURNS):
        for row in rows if turn % 2 else reversed(rows):
            x |= _spread(row, arrows, x, house)
    return Plan(house, rows, arrows, x)


def _spread(row: list[str], arrows: "nx.DiGraph[str]", x: dict[str, float], house: House) -> dict[str, float]:
    """Where the items of one floor stand: near what they are joined to, in order, not overlapping."""
    n_rooms = sum(name in house.rooms for name in row)
    free = WIDTH - 2 * MARGIN - n_rooms * (BOX_WIDTH + GAP)
    lane = min(LANE, free / max(1, len(row) - n_rooms))
    half = np.array([(BOX_WIDTH + GAP if name in house.rooms else lane) / 2 for name in row])
    left = np.concatenate([[0], np.cumsum(half[:-1] + half[1:])])
    wanted, weight = [], []
    for name in row:
        joined = [x[other] for other in (*arrows.predecessors(name), *arrows.successors(name))]
        wanted.append(float(np.mean(joined)) if joined else WIDTH / 2)
        weight.append(1.0 if name in house.rooms else 4.0)  # lanes are to be straight
    moved = isotonic_regression(np.array(wanted) - left, weights=np.array(weight)).x
    if lane < 1:
        raise ValueError(f"there is no room left for the arrows that pass {', '.join(row)}")
    low, high = MARGIN + half[0], WIDTH - MARGIN - left[-1] - half[-1]
    return dict(zip(row, (np.clip(moved, low, max(low, high)) + left).tolist(), strict=True))


def draw(house: House) -> str:
    """The picture as SVG."""
    planned = plan(house)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {planned.height:.0f}" '
        f'width="{WIDTH}" height="{planned.height:.0f}" role="img">',
        "<title>The rooms of Septum; arrows point down to what a room uses</title>",
        f"<style>{STYLE}</style>",
        '<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path class="head" d="M0 0 8 4 0 8Z"/></marker>',
        *_frame(planned),
        *_arrows(planned),
        *(
            _box(planned, number, name)
            for number, row in enumerate(planned.rows)
            for name in row
            if name in house.rooms
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _frame(planned: Plan) -> Iterator[str]:
    verbs = {name for name in planned.house.rooms if _kind(name) == "verbs"}
    numbers = [number for number, row in enumerate(planned.rows) if verbs & set(row)]
    top, bottom = planned.y(numbers[0]) - 14, planned.y(numbers[-1]) + BOX_HEIGHT + 12
    yield (
        f'<rect class="frame" x="6" y="{top:.0f}" width="{WIDTH - 12}" height="{bottom - top:.0f}" rx="10"/>'
        f'<text class="name" x="18" y="{top + 22:.0f}">core.workflow: the verbs</text>'
    )


def _arrows(planned: Plan) -> Iterator[str]:
    """Each arrow from the lower edge of a box through its lanes to the upper edge of another."""
    level = {name: number for number, row in enumerate(planned.rows) for name in row}
    for start, end in sorted(planned.house.drawn.edges):
        lanes = [f"{start}>{end}@{number}" for number in range(level[start] + 1, level[end])]
        path = (
            f"M{_leaves(planned, start, (lanes or [end])[0]):.1f} {planned.y(level[start]) + BOX_HEIGHT:.1f}"
        )
        x, y = _leaves(planned, start, (lanes or [end])[0]), planned.y(level[start]) + BOX_HEIGHT
        for lane in lanes:
            top = planned.y(level[lane])
            path += _bend(x, y, planned.x[lane], top) + f"V{top + BOX_HEIGHT:.1f}"
            x, y = planned.x[lane], top + BOX_HEIGHT
        arrives = _arrives(planned, end, (lanes or [start])[-1])
        path += _bend(x, y, arrives, planned.y(level[end]))
        yield f'<path class="arrow" d="{path}" marker-end="url(#head)"/>'


def _bend(x: float, y: float, to_x: float, to_y: float) -> str:
    middle = (y + to_y) / 2
    return f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"


def _leaves(planned: Plan, room: str, toward: str) -> float:
    """Where on a box's lower edge an arrow begins: side by side, in the order of where they go."""
    ends = sorted(planned.arrows.successors(room), key=lambda name: planned.x[name])
    return _along(planned.x[room], ends.index(toward), len(ends))


def _arrives(planned: Plan, room: str, origin: str) -> float:
    starts = sorted(planned.arrows.predecessors(room), key=lambda name: planned.x[name])
    return _along(planned.x[room], starts.index(origin), len(starts))


def _along(middle: float, index: int, n: int) -> float:
    return middle + (index - (n - 1) / 2) * min(16.0, (BOX_WIDTH - 24) / max(1, n - 1))


def _box(planned: Plan, number: int, name: str) -> str:
    room = planned.house.rooms[name]
    x, y = planned.x[name] - BOX_WIDTH / 2, planned.y(number)
    text = "".join(
        f'<text class="small" x="{x + 9:.1f}" y="{y + 31 + 13 * index:.1f}">{html.escape(line)}</text>'
        for index, line in enumerate(_lines(room.says))
    )
    return (
        f'<g class="room {_kind(name)}"><title>{html.escape(_about(planned.house, room))}</title>'
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6"/>'
        f'<text class="name" x="{x + 9:.1f}" y="{y + 17:.1f}">{name.removeprefix(f"{WORKFLOW}.")}</text>'
        f"{text}</g>"
    )


def _kind(name: str) -> str:
    if name.startswith(f"{WORKFLOW}."):
        return "verbs"
    return "clients" if name in (PAGES, "core.cli", "core.course_report") else "base"


def _lines(says: str) -> list[str]:
    """The beginning of a sentence that fits into a box."""
    return textwrap.wrap(says, LINE_LENGTH, max_lines=LINES, placeholder=" …")


def _about(house: House, room: Room) -> str:
    """What a pointer over the box reads."""
    used = ", ".join(sorted(house.uses.successors(room.name))) or "nothing"
    return f"{room.name}: {room.says} Uses {used}."


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(draw(read_house()))
    print(PICTURE)


if __name__ == "__main__":
    main()
