"""The editor's modules without a browser, run by node."""

import json
import shutil
import subprocess

import pytest

from pages.shared.mask_editor.assets import FOLDER


def in_node(script: str, given: object = None) -> object:
    """What the script's `answer` is; skips where there is no node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on this machine; the browser tests cover the same code")
    frame = f"""
        import {{ readFileSync }} from "node:fs";
        const given = JSON.parse(readFileSync(0, "utf8"));
        {script}
        console.log(JSON.stringify(answer));
    """
    command = [node, "--input-type=module", "--eval", frame]
    result = subprocess.run(
        command, cwd=FOLDER, input=json.dumps(given), capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)
