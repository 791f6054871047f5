"""What one import run keeps on the disk: its request, the files it was given, and a line for each result.

None of it is in the database, since names of files may be names of people.
"""

import json
import secrets
import shutil
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydantic import TypeAdapter, ValidationError

from core.durable import replacing, write_durably
from core.errors import NotFound, StoreUnavailable
from core.records.results import FileResult
from core.records.runs import RunRow
from core.scratch import private_folder, translate_disk_errors
from core.settings import settings
from core.workflow.importing.answers import NO_IMPORT_ANSWERS, ImportAnswers
from core.workflow.uploads.spool import Upload, link_or_copy


@dataclass(frozen=True)
class ImportRequest:
    """What an import run is to read, and how."""

    folder: str = ""  # on this machine; empty where files were uploaded
    dry_run: bool = False
    said: ImportAnswers = NO_IMPORT_ANSWERS


REQUEST = TypeAdapter(ImportRequest)
RESULT = TypeAdapter(FileResult)
NAMES = TypeAdapter(list[str])


@dataclass(frozen=True)
class ImportFolder:
    """The folder of an import, which several runs may share: a dry run, the import, the answers later."""

    path: Path

    @classmethod
    def new(cls) -> "ImportFolder":
        """Make an empty folder."""
        with translate_disk_errors(settings().home):
            return cls(private_folder(private_folder(imports_folder()) / secrets.token_hex(8)))

    @classmethod
    def of(cls, run: RunRow) -> "ImportFolder":
        """Return the folder of a run; nothing is made."""
        return cls(imports_folder() / json.loads(run.configuration)["folder"])

    @property
    def token(self) -> str:
        """The name by which a run's row refers to it."""
        return self.path.name

    @property
    def is_there(self) -> bool:
        """Whether it was not deleted."""
        return (self.path / "request.json").exists()

    def store_files(self, files: Sequence[Upload]) -> None:
        """Move uploaded files in under numbers; what they were called stands in a list beside them.

        Raises:
            StoreUnavailable: when they cannot be written; then the folder is gone.
        """
        uploads = self.path / "files"
        try:
            with translate_disk_errors(settings().home):
                uploads.mkdir()
                for number, file in enumerate(files):
                    link_or_copy(file.path, uploads / str(number))
                write_durably(self.path / "names.json", NAMES.dump_json([file.name for file in files]))
        except StoreUnavailable:
            self.delete()
            raise

    def files(self) -> list[Upload]:
        """Return the uploaded files, under the names they came with."""
        names = NAMES.validate_json((self.path / "names.json").read_bytes())
        return [Upload(name, self.path / "files" / str(number)) for number, name in enumerate(names)]

    def delete_files(self) -> None:
        """Delete the uploaded files; results stay."""
        shutil.rmtree(self.path / "files", ignore_errors=True)

    def request(self) -> ImportRequest:
        """Return what was requested last.

        Raises:
            NotFound: when the import was deleted.
        """
        try:
            return REQUEST.validate_json((self.path / "request.json").read_bytes())
        except FileNotFoundError as error:
            raise NotFound(
                "what this import was to read is no longer there; import the files again"
            ) from error

    def save_request(self, request: ImportRequest) -> None:
        """Write what is requested, whole or not at all."""
        with translate_disk_errors(settings().home):
            write_durably(self.path / "request.json", REQUEST.dump_json(request))

    def results(self) -> Iterator[FileResult]:
        """Yield every result so far, in order."""
        return parsed(self._raw_lines())

    def newest(self, limit: int) -> list[FileResult]:
        """Return the last so many results, in order."""
        return list(parsed(deque(self._raw_lines(), maxlen=limit)))

    def questions(self) -> list[FileResult]:
        """Return every result that asks something; the others, which may be many, are not even parsed."""
        return list(parsed(line for line in self._raw_lines() if b'"asks":null' not in line))

    @contextmanager
    def adding(self) -> Iterator["ResultLines"]:
        """Open the list of results to add to it, after whatever a crash left of its last line is off."""
        with self._lines.open("a+b") as lines:
            cut_torn_line(lines)
            yield ResultLines(lines)

    def drop_results(self, files: frozenset[str] | None = None) -> None:
        """Delete all results, or the questions of these files."""
        if files is None:
            self._lines.unlink(missing_ok=True)
            return
        with replacing(self._lines) as kept:
            lines = ResultLines(kept)
            for result in self.results():
                if result.asks is None or result.file not in files:
                    lines.add(result)

    def delete(self) -> None:
        """Delete all of it."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _raw_lines(self) -> Iterator[bytes]:
        if self._lines.exists():
            with self._lines.open("rb") as lines:
                yield from lines

    @property
    def _lines(self) -> Path:
        return self.path / "results.jsonl"


@dataclass(frozen=True)
class ResultLines:
    """Results written one a line, each of which outlives the process at once."""

    file: BinaryIO

    def add(self, result: FileResult) -> None:
        """Append a result.

        Raises:
            StoreUnavailable: when it cannot be written.
        """
        with translate_disk_errors(settings().home):
            self.file.write(RESULT.dump_json(result) + b"\n")
            self.file.flush()


def parsed(lines: Iterable[bytes]) -> Iterator[FileResult]:
    """Yield the results in lines of JSON; a line that a crash cut off is skipped."""
    for line in lines:
        try:
            yield RESULT.validate_json(line)
        except ValidationError:
            continue


def cut_torn_line(lines: BinaryIO) -> None:
    """Cut off what follows the last line break, and move to the end."""
    lines.seek(0)
    end = 0
    for line in lines:
        if line.endswith(b"\n"):
            end += len(line)
    lines.truncate(end)
    lines.seek(end)


def imports_folder() -> Path:
    """Return the folder in which all import runs keep their files."""
    return settings().home / "imports"
