"""The description of the house is true: its picture is today's, and whatever it names is where it says."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest

from core.settings import ROOT
from docs.architecture_picture import PICTURE, WIDTH, draw
from docs.architecture_rooms import House, Room, floors, read_house

HOUSE = ROOT / "docs" / "architecture.md"
DESCRIPTIONS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
# [`file.name`](path): a function, class, method or constant and the file that defines it.
NAMED = re.compile(r"\[`([\w.]+)`\]\(([\w./-]+\.(?:py|js))\)")
PATH = re.compile(
    r"`((?:core|pages|docs|tests|benchmarks|supply|checkpoints|hashes)/[\w./*-]*|[a-z]\w*\.py)`"
)


def defined(file: Path) -> set[str]:
    """The names that a file gives its functions, classes, methods, fields and constants."""
    if file.suffix == ".js":
        text = file.read_text()
        names = re.findall(
            r"(?:function\*?|const|let|class)\s+(\w+)|^\s+(?:async )?(\w+)\(", text, re.MULTILINE
        )
        return {name for pair in names for name in pair if name}
    names = set()
    tree = ast.parse(file.read_text())
    for node in tree.body:
        names |= _names(node)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{name}" for inner in node.body for name in _names(inner)}
    return names


def is_in(name: str, page: Path, path: str) -> bool:
    """Whether the file that a page links to is there and defines what is named with it, as `file.name`."""
    file = (page.parent / path).resolve()
    own = file.parent.name if file.stem == "__init__" else file.stem
    return file.exists() and name.removeprefix(f"{own}.") in defined(file) and name.startswith(f"{own}.")


def _names(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    if isinstance(node, ast.Assign):
        return {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return set()


@pytest.fixture(scope="module")
def house() -> House:
    """The house of today."""
    return read_house()


def test_the_picture_is_the_one_of_todays_imports(house):
    assert PICTURE.read_text() == draw(house), "make architecture"


def test_every_arrow_of_the_picture_points_down(house):
    level = {name: number for number, floor in enumerate(floors(house)) for name in floor}
    assert set(level) == set(house.rooms)
    assert all(level[start] < level[end] for start, end in house.uses.edges)


def test_every_room_is_whole_in_the_picture_and_none_lies_on_another(house):
    boxes = re.findall(r'<rect x="([\d.-]+)" y="([\d.]+)" width="([\d.]+)"', draw(house))
    assert len(boxes) == len(house.rooms)
    left = [(float(y), float(x), float(x) + float(width)) for x, y, width in boxes]
    assert all(low >= 0 and high <= WIDTH for _, low, high in left)
    for one, other in pairwise(sorted(left)):
        assert one[0] != other[0] or one[2] < other[1]


def test_rooms_that_use_each_other_are_refused(tmp_path):
    for name, text in (("app", ""), ("serve", ""), ("core/a", "import core.b"), ("core/b", "import core.a")):
        file = tmp_path / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    with pytest.raises(ValueError, match="in a circle"):
        read_house(tmp_path)


def test_a_small_house_is_read_as_it_is(tmp_path):
    texts = {"app": '"""."""\nimport core.workflow.look', "serve": "", "core/labels": '"""Words.\n\nMore."""'}
    texts["core/workflow/look"] = "from core import labels\nfrom core.labels import X"
    for name, text in texts.items():
        file = tmp_path / f"{name}.py"
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_text(text)
    house = read_house(tmp_path)
    assert house.rooms["core.labels"] == Room("core.labels", "Words.")
    assert set(house.uses.edges) == {("pages", "core.workflow.look"), ("core.workflow.look", "core.labels")}
    assert floors(house) == [["pages"], ["core.workflow.look"], ["core.labels"]]
    assert "core.labels" in draw(house)


@pytest.mark.parametrize("page", DESCRIPTIONS, ids=lambda page: str(page.relative_to(ROOT)))
def test_whatever_a_description_names_is_where_it_says(page):
    text = page.read_text()
    wrong = [f"{name} is not in {path}" for name, path in NAMED.findall(text) if not is_in(name, page, path)]
    wrong += [f"there is no {path}" for path in PATH.findall(text) if not list(ROOT.glob(path.rstrip("/")))]
    assert wrong == []


def test_every_room_is_told_of_in_the_description(house):
    text = HOUSE.read_text()
    assert [room for room in house.rooms if room.replace(".", "/") not in text] == []


@pytest.mark.parametrize(
    ("text", "name", "there"),
    [
        ("def one():\n    def two(): ...", "one", True),
        ("def one():\n    def two(): ...", "two", False),
        ("class One:\n    x: int = 0\n    def two(self): ...", "One.two", True),
        ("class One:\n    x: int = 0\n    def two(self): ...", "One.x", True),
        ("ONE, TWO = 1, 2", "TWO", True),
        ("import one", "one", False),
    ],
)
def test_a_name_counts_where_it_is_defined_and_not_where_it_is_used(tmp_path, text, name, there):
    file = tmp_path / "file.py"
    file.write_text(text)
    assert (name in defined(file)) == there
