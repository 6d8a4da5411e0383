"""The layers hold: the contracts of pyproject.toml are kept."""

import subprocess
import sys
from pathlib import Path

from config.settings import ROOT


def test_the_import_contracts_are_kept():
    lint = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(
        [lint], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout
