"""The examples in CONTRIBUTING.md: read from the text, and put into a tree of files as a person would."""

import ast
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

FENCED = re.compile(r"^```(?:python|toml)\n# ([\w/.]+)(?:, in (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^### (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    """One block of code and where it belongs."""

    file: str
    into: str  # the table or class that it is a member of; "" where it is a file or the end of one
    code: str

    @property
    def n_lines(self) -> int:
        """Lines that do something: none that are empty or only import."""
        lines = (line.strip() for line in self.code.splitlines())
        return len([line for line in lines if line and not line.startswith(("from ", "import "))])


def doors(text: str) -> dict[str, list[Piece]]:
    """What to write, and where, by the headings of the section Doors."""
    section = text.split("\n## Doors\n")[1].split("\n## ")[0]
    parts = HEADING.split(section)[1:]
    return {
        heading: [Piece(*(part or "" for part in found)) for found in FENCED.findall(body)]
        for heading, body in zip(parts[::2], parts[1::2], strict=True)
    }


def put(piece: Piece, root: Path) -> None:
    """Write a piece into the files below a folder."""
    file = root / piece.file
    if file.suffix == ".toml":
        file.write_text(_with_longer_line(file.read_text(), piece.code.strip()))
        return
    if not piece.into:
        before = file.read_text() + "\n\n" if file.exists() else ""
        for folder in reversed(file.relative_to(root).parents[:-1]):
            (root / folder).mkdir(exist_ok=True)
        file.write_text(before + piece.code)
        return
    lines = piece.code.splitlines()
    imported = [line for line in lines if line.startswith(("from ", "import "))]
    entry = "\n".join(line for line in lines if line not in imported).rstrip().rstrip(",")
    text = file.read_text()
    file.write_text(_with_imports(_with_member(text, piece.into, entry), imported))


def _with_longer_line(text: str, line: str) -> str:
    """The text with this line in the place of the one that it goes on from."""
    shorter = [old for old in text.splitlines() if old.strip() and line.startswith(old.strip().rstrip('",'))]
    before = max(shorter, key=len)
    indent = before[: len(before) - len(before.lstrip())]
    return text.replace(before, indent + line, 1)


def _with_member(text: str, name: str, entry: str) -> str:
    """The text with one more member of the class, or entry of the table, called `name`."""
    node = next(node for node in ast.parse(text).body if name in _names(node))
    if isinstance(node, ast.ClassDef):
        at = _offset(text, node.body[-1].end_lineno, node.body[-1].end_col_offset)
        return f"{text[:at]}\n{textwrap.indent(entry, '    ')}{text[at:]}"
    last = next(members[-1] for inner in ast.walk(node) if (members := _members(inner)))
    at = _offset(text, last.end_lineno, last.end_col_offset)
    return f"{text[:at]},\n{entry}{text[at:]}"


def _names(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _members(node: ast.AST) -> list[ast.expr]:
    """The entries of a table as it is written: a dict, or what stands between brackets."""
    if isinstance(node, ast.Dict):
        return node.values
    return node.elts if isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Load) else []


def _offset(text: str, line: int | None, column: int | None) -> int:
    assert line is not None
    assert column is not None
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: line - 1])) + len(lines[line - 1].encode()[:column].decode())


def _with_imports(text: str, imported: list[str]) -> str:
    body = ast.parse(text).body
    first = next(node for node in body if isinstance(node, ast.Import | ast.ImportFrom))
    at = _offset(text, first.lineno, 0)
    return text[:at] + "".join(f"{line}\n" for line in imported) + text[at:]
