"""The laws of docs/frames.md, asked of every system's deploy under faults nobody planned."""

import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.frames import Frame, component_of
from explorer.graph import Atlas
from explorer.simulation import simulate, topology_of
from explorer.simulation.topology import Graph

SYSTEMS = ("borg", "kubernetes")
ROOT = Path(__file__).resolve().parents[2]
modest = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@lru_cache(maxsize=1)
def _atlas() -> Atlas:
    return Atlas.from_fixtures(ROOT / "fixtures")


@lru_cache(maxsize=64)
def undisturbed(system: str, replicas: int, machines: int, cached: bool, seed: int) -> tuple[Frame, ...]:
    values = {"replicas": replicas, "machines": machines, "cached": cached}
    return tuple(simulate(_atlas(), system, "deploy", values, seed=seed))


@st.composite
def disturbed(draw: st.DrawFn) -> tuple[str, dict[str, object], list[str], int]:
    """A system, parameters, one or two faults on targets that are there, and a seed."""
    system = draw(st.sampled_from(SYSTEMS))
    values: dict[str, object] = {
        "replicas": draw(st.sampled_from([1, 3, 5])),
        "machines": draw(st.sampled_from([1, 3, 4])),
        "cached": draw(st.booleans()),
    }
    topology = topology_of(_atlas(), system, "deploy", values)
    faults = []
    for _ in range(draw(st.integers(1, 2))):
        target = draw(st.sampled_from(topology.targets()))
        kind = draw(st.sampled_from(["down", "cut", "slow=150"]))
        start = draw(st.integers(0, 30_000_000))
        length = draw(st.one_of(st.none(), st.integers(1, 40_000_000)))
        until = "" if length is None else f"-{(start + length) / 1_000_000:.6f}"
        faults.append(f"{target}:{kind}@{start / 1_000_000:.6f}{until}")
    return system, values, faults, draw(st.sampled_from([7, 8, 1234]))


@modest
@given(disturbed())
def test_a_fault_leaves_everything_up_to_its_time_as_it_was(case: tuple[Any, ...]) -> None:
    system, values, faults, seed = case
    start = min(int(float(fault.rpartition("@")[2].partition("-")[0]) * 1_000_000 + 0.5) for fault in faults)
    calm = undisturbed(system, values["replicas"], values["machines"], values["cached"], seed)
    broken = simulate(_atlas(), system, "deploy", values, faults, seed)
    assert [f.line() for f in broken if f.at <= start] == [f.line() for f in calm if f.at <= start]


@modest
@given(disturbed())
def test_every_run_is_well_formed(case: tuple[Any, ...]) -> None:
    system, values, faults, seed = case
    frames = simulate(_atlas(), system, "deploy", values, faults, seed)
    graph = Graph.of(_atlas(), system)
    forbidden = {(f.opener, f.accepter) for f in _atlas().forbidden if f.system == system}
    for number, frame in enumerate(frames):
        assert frame.index == number
        assert frame.sent <= frame.at
        assert number == 0 or frames[number - 1].at <= frame.at
        if frame.link is None:
            assert frame.source == frame.target
            assert frame.outcome in ("internal", "rejected")
        else:
            assert graph.joins(frame.link, frame.source, frame.target), frame
            link = graph.links[frame.link]
            ends = (component_of(frame.source), component_of(frame.target))
            assert set(ends) == set(link) or ends not in forbidden
        if frame.cause is not None:
            cause = frames[frame.cause]
            assert cause.index < frame.index
            assert frame.source in (cause.target, cause.source), (cause.line(), frame.line())
    assert frames[-1].narration in ("settled", "horizon")
    assert all(frame.narration not in ("settled", "horizon") for frame in frames[:-1])


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_same_inputs_give_the_same_bytes_in_any_process(system: str) -> None:
    script = (
        "from pathlib import Path; from hashlib import sha256\n"
        "from explorer.graph import Atlas; from explorer.simulation import simulate\n"
        f"atlas = Atlas.from_fixtures(Path({str(ROOT / 'fixtures')!r}))\n"
        "target = 'machine/node-2' if 'node-2' in __import__('explorer.simulation', fromlist=['x'])"
        f".topology_of(atlas, {system!r}, 'deploy', {{}}).machines else 'machine/m-2'\n"
        f"frames = simulate(atlas, {system!r}, 'deploy', {{'replicas': 4}}, [target + ':down@3-9'], 11)\n"
        "print(sha256('\\n'.join(f.line() for f in frames).encode()).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env={"PYTHONHASHSEED": seed, "PATH": ""},
            check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("seed", [1, 7, 99])
@pytest.mark.parametrize("cached", [False, True])
def test_without_faults_every_copy_runs_in_the_end(system: str, seed: int, cached: bool) -> None:
    frames = undisturbed(system, 3, 3, cached, seed)
    state: dict[str, dict[str, object]] = {}
    for frame in frames:
        for effect in frame.effects:
            if effect.where == "store":
                state.setdefault(effect.object, {}).update(effect.after)
    if system == "kubernetes":
        pods = [fields for name, fields in state.items() if name.startswith("pods/")]
        assert len(pods) == 3
        assert all(pod["status.phase"] == "Running" for pod in pods)
        assert all(pod["status.conditions.Ready"] == "True" for pod in pods)
    else:
        tasks = [fields for name, fields in state.items() if name.startswith("tasks/")]
        assert len(tasks) == 3
        assert all(task["state"] == "running" for task in tasks)
    assert frames[-1].narration == "settled"
