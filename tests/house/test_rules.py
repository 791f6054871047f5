"""The house's own rules: small files, small folders, and a sentence for everything that has a name."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import ROOT

MAX_LINES = 200  # of a file, unless its docstring says why it is longer
MAX_NEIGHBOURS = 15  # modules in one folder
FIXTURES = ("__init__", "conftest")
FREE = ("core/store/migrations/versions",)  # a migration is as long as its change, and never split
PRODUCT = [ROOT / "core", ROOT / "pages"]
SAYS_WHY = re.compile(r"\blonger than\b|\bone file\b")


def python_files(*folders: Path) -> list[Path]:
    """Every Python file below the folders, by path."""
    return sorted(file for folder in folders for file in folder.rglob("*.py"))


def folders() -> list[Path]:
    """Every folder of the product and of its tests."""
    return sorted({file.parent for file in python_files(*PRODUCT, ROOT / "tests")})


def without_reason(file: Path) -> bool:
    """Whether a file is long and does not say why."""
    text = file.read_text()
    if len(text.splitlines()) <= MAX_LINES:
        return False
    return not SAYS_WHY.search(ast.get_docstring(ast.parse(text)) or "")


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Names of the module's public functions, classes and methods that have no docstring."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_"):
            continue
        if ast.get_docstring(node) is None:
            yield node.name
        for inner in node.body if isinstance(node, ast.ClassDef) else []:
            if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) or inner.name.startswith("_"):
                continue
            if ast.get_docstring(inner) is None and not (
                _is_promise(inner) or _described_by_its_base(node, inner)
            ):
                yield f"{node.name}.{inner.name}"


def _is_promise(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a method only says what others have, as those of a protocol do."""
    return [ast.unparse(line) for line in method.body] == ["..."]


def _described_by_its_base(owner: ast.ClassDef, method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the method is one that the class's base describes."""
    return method.name == "forward" and bool(owner.bases)


def relative(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_no_file_is_long_without_saying_why():
    long = [relative(file) for file in python_files(*PRODUCT) if without_reason(file)]
    assert [file for file in long if not file.startswith(FREE)] == []


def test_no_folder_has_more_neighbours_than_one_can_know():
    crowded = {
        relative(folder): n
        for folder in folders()
        if (n := len([file for file in folder.glob("*.py") if file.stem not in FIXTURES])) > MAX_NEIGHBOURS
    }
    assert crowded == {}


def test_every_package_says_what_happens_in_it():
    silent = [
        relative(file)
        for file in python_files(*PRODUCT)
        if file.name == "__init__.py" and not ast.get_docstring(ast.parse(file.read_text()))
    ]
    assert silent == []
    missing = [folder for folder in folders() if PRODUCT[0] in folder.parents or PRODUCT[1] in folder.parents]
    assert [relative(folder) for folder in missing if not (folder / "__init__.py").exists()] == []


def test_every_public_function_has_a_docstring():
    files = [file for file in python_files(*PRODUCT) if not relative(file).startswith(FREE)]
    without = {relative(file): list(undocumented(ast.parse(file.read_text()))) for file in files}
    assert {file: names for file, names in without.items() if names} == {}


def test_tests_lie_where_what_they_test_lies():
    # Sections of a page are tested beside the page; the other folders hold what tests are made of.
    names = [relative(folder).replace("pages/shared/", "pages/") for folder in folders()]
    rooms = {name.removeprefix("core/") for name in names if not name.startswith("tests")}
    own = (
        "browser",
        "house",
        "doors",
        "releases",
        "odd_files",
        "imaging/bombs",
        "supply",
        "benchmarks",
        "servers",
    )
    tests = {name.removeprefix("tests/") for name in names if name.startswith("tests/")}
    assert {name for name in tests - rooms if not name.startswith(own)} == set()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def one(): ...", ["one"]),
        ('def one():\n    """Return one."""', []),
        ("def _one(): ...", []),
        ('class One:\n    """One."""\n    def two(self): return 1', ["One.two"]),
        ('class One:\n    """One."""\n    def two(self): ...', []),
    ],
)
def test_what_has_no_docstring_is_named(text, names):
    assert list(undocumented(ast.parse(text))) == names


@pytest.mark.parametrize(
    ("lines", "says", "long"),
    [(200, "", False), (201, "", True), (201, "It is longer than most, since", False)],
)
def test_a_long_file_is_one_of_more_lines_than_the_limit_without_a_reason(tmp_path, lines, says, long):
    file = tmp_path / "file.py"
    file.write_text(f'"""{says}"""\n' + "#\n" * (lines - 1))
    assert without_reason(file) == long
