"""The command line as a person types it, in this process so that many commands are tested quickly."""

import sys
from collections.abc import Callable

import pytest

from core.cli.app import main
from tests.workflow.conftest import home, model

__all__ = ["home", "model"]

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def septum(home, monkeypatch, capsys) -> Command:
    """Run a command with its words; returns (exit code, everything that was printed)."""

    def run(*words: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["septum", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        printed = capsys.readouterr()
        text = printed.out + printed.err
        assert "Traceback" not in text
        return code, text

    return run
