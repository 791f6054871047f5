"""A log never fills the disk."""

from core.jobs import log as worker_log
from core.records.runs import RunKind
from core.settings import settings

KIND = RunKind.PREDICTION


def test_a_log_keeps_its_end_when_it_has_grown_too_long(tmp_path, monkeypatch):
    monkeypatch.setenv("SEPTUM_HOME", str(tmp_path))
    settings.cache_clear()
    monkeypatch.setattr(worker_log, "MAX_BYTES", 100)
    monkeypatch.setattr(worker_log, "KEPT_BYTES", 10)
    log = worker_log.log_file(KIND)
    worker_log.trim_log(KIND)  # there is none yet
    log.parent.mkdir()
    with log.open("ab") as written:
        written.write(b"x" * 95 + b"the end")
        written.flush()
        worker_log.trim_log(KIND)
        written.write(b" and on")
    settings.cache_clear()
    assert log.read_bytes() == b"xxxthe end and on"
