"""What holds in every run, whatever breaks and whenever."""

import subprocess
import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.frames import Frame
from explorer.graph import Atlas
from explorer.simulation import topology_of
from tests.simulation.borg.conftest import Play
from tests.simulation.borg.reading import Objects, apply, of_kind, tasks_of

ROOT = Path(__file__).resolve().parents[3]
modest = settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
PARAMETERS = st.fixed_dictionaries(
    {
        "replicas": st.sampled_from([1, 3, 5]),
        "machines": st.sampled_from([3, 4, 6]),
        "cached": st.sampled_from([True, True, False]),
    }
)


@st.composite
def faults(draw: st.DrawFn, targets: list[str]) -> list[str]:
    """One to three faults anywhere, most of them while something happens."""
    made = []
    for _ in range(draw(st.integers(1, 3))):
        target = draw(st.sampled_from([*targets, "task:jfoo/0@m-1", "L13/link-shard@bm-0~borglet@m-1"]))
        kind = draw(st.sampled_from(["down", "down", "cut", "slow=300", "slow=3000"]))
        start = draw(st.one_of(st.integers(0, 60_000), st.integers(0, 30_000_000)))
        length = draw(st.one_of(st.none(), st.integers(100_000, 60_000_000)))
        until = "" if length is None else f"-{(start + length) / 1_000_000:.6f}"
        made.append(f"{target}:{kind}@{start / 1_000_000:.6f}{until}")
    return made


def begins(fault: str) -> int:
    return round(float(fault.rpartition("@")[2].partition("-")[0]) * 1_000_000)


@modest
@given(st.data(), PARAMETERS, st.integers(0, 50))
def test_a_fault_changes_nothing_before_it(
    play: Play, atlas: Atlas, data: st.DataObject, parameters: dict[str, object], seed: int
) -> None:
    targets = topology_of(atlas, "borg", "deploy", parameters).targets()
    all_faults = sorted(data.draw(faults(targets)), key=begins)
    latest = begins(all_faults[-1])
    with_it = play(*all_faults, seed=seed, **parameters)
    without = play(*all_faults[:-1], seed=seed, **parameters)
    assert [f.line() for f in with_it if f.at <= latest] == [f.line() for f in without if f.at <= latest]


@modest
@given(st.data(), PARAMETERS, st.integers(0, 50))
def test_the_cells_state_stays_sound(
    play: Play, atlas: Atlas, data: st.DataObject, parameters: dict[str, object], seed: int
) -> None:
    targets = topology_of(atlas, "borg", "deploy", parameters).targets()
    check_state(play(*data.draw(faults(targets)), seed=seed, **parameters))


def check_state(frames: list[Frame]) -> None:
    """Walk through a run and look at the stored state after every commit."""
    store: Objects = {}
    names: Objects = {}
    elected: str | None = "borgmaster@bm-0"
    for frame in frames:
        if frame.narration == "elected":
            elected = frame.source
        elif frame.narration == "lease-lost" and frame.source == elected:
            elected = None
        for effect in frame.effects:
            if effect.where != "store":
                continue
            assert frame.source == elected, "only the elected master commits"
            known = store.get(effect.object, {})
            for field, value in effect.before.items():
                if not effect.object.startswith(("machines/", "cell/")) or field in known:
                    assert known.get(field) == value
            if effect.after.get("machine") is not None:
                assert "jobs/jfoo" in store, "a job is committed before any of its tasks is assigned"
        if apply(store, frame):
            placed = [(t["machine"], t["port"]) for t in tasks_of(store).values() if "machine" in t]
            assert len(placed) == len(set(placed)), "two tasks never share a port on a machine"
        if apply(names, frame, "chubby"):
            records = [name for name in names if name.startswith("bns/") and "address" in names[name]]
            assert len(records) <= len(tasks_of(store)), "one record a task at most"
    assert frames[-1].narration in ("settled", "horizon")
    assert frames[-1].at <= 180_000_000


@modest
@given(st.data(), PARAMETERS, st.integers(0, 50))
def test_what_heals_in_time_ends_well(
    play: Play, atlas: Atlas, data: st.DataObject, parameters: dict[str, object], seed: int
) -> None:
    """One program down for up to 15 seconds: afterwards every task runs and has its name."""
    topology = topology_of(atlas, "borg", "deploy", parameters)
    target = data.draw(st.sampled_from([*topology.instances, *(f"machine/{m}" for m in topology.machines)]))
    start = data.draw(st.integers(0, 12_000_000))
    length = data.draw(st.integers(100_000, 15_000_000))
    fault = f"{target}:down@{start / 1_000_000:.6f}-{(start + length) / 1_000_000:.6f}"
    frames = play(fault, seed=seed, **parameters)
    store: Objects = {}
    for frame in frames:
        apply(store, frame)
    assert len(tasks_of(store)) == parameters["replicas"]
    assert all(held.get("health") == "healthy" for held in tasks_of(store).values()), fault
    named = {frame.params["task"] for frame in of_kind(frames, "write-bns")}
    assert named == set(tasks_of(store))
    assert frames[-1].narration == "settled"


def test_two_processes_make_the_same_bytes() -> None:
    script = (
        "from hashlib import sha256\nfrom pathlib import Path\n"
        "from explorer.graph import Atlas\nfrom explorer.simulation import simulate\n"
        f"atlas = Atlas.from_fixtures(Path({str(ROOT / 'fixtures')!r}))\n"
        "faults = ['borgmaster@bm-0:down@2', 'machine/m-3:cut@6-40', 'link-shard@bm-1:slow=300@1']\n"
        "frames = simulate(atlas, 'borg', 'deploy', {'replicas': 7, 'machines': 5}, faults, 11)\n"
        "print(sha256('\\n'.join(frame.line() for frame in frames).encode()).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env={"PYTHONHASHSEED": seed}, check=True,
            capture_output=True, text=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }  # fmt: skip
    assert len(digests) == 1
