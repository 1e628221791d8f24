"""The contracts of pyproject.toml about who may import whom."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("frames", "errors", "graph", "simulation", "recordings", "diagram")


def test_every_import_goes_the_allowed_way() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_itself_stays_empty() -> None:
    assert (ROOT / "explorer" / "__init__.py").read_text(encoding="utf-8") == ""


def test_the_pure_rooms_start_without_django() -> None:
    rooms = ", ".join(f"explorer.{room}" for room in ROOMS)
    program = f"import sys, {rooms}; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
