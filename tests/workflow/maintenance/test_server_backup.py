"""A store on a server is backed up and put back by the commands that the guide gives, word for word."""

import re
import shlex
import subprocess
from pathlib import Path

import fsspec
import numpy as np
import pytest

from core.settings import ROOT, settings
from core.store.database import open_store
from core.store.masks.drafts import load_draft, save_draft
from core.store.masks.masks import newest_version
from core.store.series.series import list_series
from core.workflow.maintenance.verify import verify
from core.workflow.models.registry import active_model
from core.workflow.prediction.predict_store import predict_slice
from tests.cli.conftest import septum
from tests.servers.postgresql import Server, programs
from tests.store.files.s3_servers import bucket, new_bucket, s3_server
from tests.workflow.small import HEART, cine, stored

__all__ = ["bucket", "s3_server", "septum"]
GUIDE = (ROOT / "docs" / "guide" / "settings.md").read_text()
COMMANDS = GUIDE.partition("\n### Backups of a server\n")[2].partition("\n### ")[0]


def give(program: str, server: Server, folder: Path) -> None:
    """Give the one command of the guide that begins with a program's name, to the tests' server."""
    (line,) = re.findall(rf"^{program} --.*$", COMMANDS, re.MULTILINE)
    found = programs()
    assert found is not None
    if not (found / program).exists():
        pytest.skip(f"PostgreSQL is here without {program}")
    words = shlex.split(line.replace("@host/", f"@127.0.0.1:{server.port}/"))
    where = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": "septum"}
    done = subprocess.run(
        [found / program, *words[1:]], cwd=folder, env=where, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def use(monkeypatch: pytest.MonkeyPatch, home: Path, server: Server, database: str, arrays: str) -> None:
    monkeypatch.setenv("SEPTUM_HOME", str(home))
    monkeypatch.setenv("SEPTUM_DATABASE", server.url(database).render_as_string(hide_password=False))
    monkeypatch.setenv("SEPTUM_ARRAYS", arrays)
    settings.cache_clear()


def test_what_was_dumped_comes_back_by_the_commands_of_the_guide(
    tmp_path, monkeypatch, septum, model, postgresql, bucket, s3_server
):
    postgresql.ask("DROP DATABASE IF EXISTS restored WITH (FORCE)", "CREATE DATABASE septum")
    use(monkeypatch, tmp_path / "one", postgresql, "septum", bucket)
    row, other, third = stored(cine("anna", masked=True))[:3]
    predict_slice(other.id)
    before = active_model()
    newest = np.roll(HEART, 1)
    save_draft(open_store(), row.id, "ann", newest, parent_id=row.newest_version_id, seq=1)
    for command, told in (("backup", "`pg_dump`, and copy the images after it"), ("restore", "`pg_restore`")):
        code, text = septum(command, tmp_path / "copy")
        assert (code, told in text, "Backups of a server" in text) == (1, True, True), text

    assert septum("stop")[0] == 0
    give("pg_dump", postgresql, tmp_path)
    later = stored(cine("berta", seed=1))  # after the dump, and before the images are copied
    elsewhere = f"s3://{new_bucket(s3_server)}/arrays"
    bucket_files = fsspec.filesystem("s3", skip_instance_cache=True)
    bucket_files.get(bucket, str(tmp_path / "arrays"), recursive=True)
    open_store().engine.dispose()
    open_store().readers.dispose()
    postgresql.ask("DROP DATABASE septum WITH (FORCE)")

    bucket_files.put(str(tmp_path / "arrays"), elsewhere, recursive=True)
    give("createdb", postgresql, tmp_path)
    give("pg_restore", postgresql, tmp_path)
    use(monkeypatch, tmp_path / "two", postgresql, "restored", elsewhere)
    said: list[str] = []
    verify(said.append)
    assert said == []
    assert [series.patient for series in list_series(open_store())] == ["anna"]
    draft = load_draft(open_store(), row.id, "ann")
    assert draft is not None
    assert np.array_equal(draft.mask, newest)
    assert active_model().sha256 == before.sha256
    predict_slice(third.id)
    assert newest_version(open_store(), third.id) is not None
    assert stored(cine("berta", seed=1))[0].id == later[0].id  # ids go on where they were at the dump
    open_store().engine.dispose()
    open_store().readers.dispose()
    postgresql.ask("DROP DATABASE restored WITH (FORCE)")
