"""Which Python `make run` takes: the newest that really runs and can make an environment."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.live_server import ROOT

SEARCH = ROOT / "deploy" / "python.sh"


class Machine:
    """A machine with nothing but what a test puts there."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.bin = root / "bin"
        self.bin.mkdir(parents=True)
        for tool in (
            "sh",
            "sort",
            "head",
            "cut",
            "grep",
            "ls",
            "cat",
            "tr",
            "cksum",
            "dirname",
            "rm",
            "mkdir",
        ):
            found = next(path for path in (Path("/bin") / tool, Path("/usr/bin") / tool) if path.exists())
            (self.bin / tool).symlink_to(found)

    def python(self, path: Path, version: str, *, venv: bool = True) -> Path:
        """Put an interpreter there that answers the question it is asked as that version would."""
        major, minor = version.split(".")[:2]
        fit = int(major) == 3 and int(minor) >= 12
        answer = f"{int(int(minor) < 15)} {int(minor):03} 000" if fit else ""
        says = f"echo '{answer}'" if venv else "echo 'No module named ensurepip' >&2; exit 1"
        return self.program(path, says)

    def shim(self, name: str) -> Path:
        """Put a pyenv shim there whose version is not switched on."""
        return self.program(self.bin / name, f"echo 'pyenv: {name}: command not found' >&2; exit 127")

    def newest(self, **environ: str) -> str | None:
        done = subprocess.run(
            [SEARCH],
            env={"PATH": str(self.bin), "HOME": str(self.home), **environ},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return done.stdout.strip() if done.returncode == 0 else None

    def program(self, path: Path, body: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)
        return path


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_newest_of_several_is_taken(machine: Machine) -> None:
    machine.python(machine.bin / "python3.12", "3.12.3")
    newest = machine.python(machine.bin / "python3.14", "3.14.0")
    machine.python(machine.bin / "python3", "3.13.1")
    assert machine.newest() == str(newest)


def test_a_shim_that_refuses_to_run_does_not_count(machine: Machine) -> None:
    machine.shim("python3.13")
    other = machine.python(machine.bin / "python3.12", "3.12.3")
    assert machine.newest() == str(other)


@pytest.mark.parametrize("variable", [True, False], ids=["PYENV_ROOT", "home"])
def test_versions_of_pyenv_count_though_no_shim_leads_to_them(machine: Machine, variable: bool) -> None:
    root = machine.home.parent / "elsewhere" if variable else machine.home / ".pyenv"
    machine.shim("python3.13")
    machine.python(machine.bin / "python3", "3.11.7")
    machine.python(root / "versions" / "3.9.18" / "bin" / "python3", "3.9.18")
    newest = machine.python(root / "versions" / "3.13.0" / "bin" / "python3", "3.13.0")
    assert machine.newest(**({"PYENV_ROOT": str(root)} if variable else {})) == str(newest)


def test_a_python_that_cannot_make_environments_does_not_count(machine: Machine) -> None:
    machine.python(machine.bin / "python3.13", "3.13.1", venv=False)
    assert machine.newest() is None


def test_a_release_newer_than_the_pinned_packages_know_is_the_last_choice(machine: Machine) -> None:
    newer = machine.python(machine.bin / "python3", "3.15.0")
    assert machine.newest() == str(newer)
    known = machine.python(machine.bin / "python3.12", "3.12.3")
    assert machine.newest() == str(known)


def test_too_old_ones_are_none(machine: Machine) -> None:
    machine.python(machine.bin / "python3", "3.11.2")
    assert machine.newest() is None


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh checkout: no environment in it."""
    fresh = tmp_path / "checkout"
    shutil.copytree(ROOT / "deploy", fresh / "deploy")
    (fresh / "requirements.txt").write_text("Django==6.1.3\n", encoding="utf-8")
    (fresh / ".python-version").write_text("3.13\n", encoding="utf-8")
    return fresh


def make_environment(machine: Machine, checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "deploy" / "venv.sh", "requirements.txt"],
        env={"PATH": str(machine.bin), "HOME": str(machine.home)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_where_nothing_helps_one_line_says_what_to_install(machine: Machine, checkout: Path) -> None:
    done = make_environment(machine, checkout)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Orrery needs Python 3.12 or newer with venv: apt install python3 python3-venv, or install uv."
    ]


def test_where_no_python_is_uv_brings_one(machine: Machine, checkout: Path) -> None:
    python = (
        "mkdir -p .venv/bin; echo '#!/bin/sh' >.venv/bin/python; echo 'echo $* >>asked' >>.venv/bin/python"
    )
    machine.program(
        machine.home / ".local" / "bin" / "uv", f'echo "$*" >uv-asked; {python}; chmod +x .venv/bin/python'
    )
    (machine.bin / "chmod").symlink_to("/bin/chmod")
    done = make_environment(machine, checkout)
    assert done.returncode == 0, done.stderr
    assert (checkout / "uv-asked").read_text(encoding="utf-8") == "venv --quiet --seed --python 3.13 .venv\n"
    assert "-m pip install" in (checkout / "asked").read_text(encoding="utf-8")


def test_what_is_installed_already_is_not_installed_again(machine: Machine, checkout: Path) -> None:
    machine.program(
        checkout / ".venv" / "bin" / "python", f'case "$*" in *pip*) echo once >>{checkout}/installed;; esac'
    )
    for _ in range(2):
        assert make_environment(machine, checkout).returncode == 0
    assert (checkout / "installed").read_text(encoding="utf-8") == "once\n"
    (checkout / "requirements.txt").write_text("Django==6.1.4\n", encoding="utf-8")
    make_environment(machine, checkout)
    assert (checkout / "installed").read_text(encoding="utf-8") == "once\nonce\n"
