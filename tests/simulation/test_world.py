"""The clock and the links, on a toy of two instances: what is sent, lost, quiet, and when a run is over."""

import pytest

from explorer.frames import Frame
from explorer.simulation.faults import parse_fault
from explorer.simulation.reply import Reply
from explorer.simulation.topology import Graph, NoSuchLink, Topology
from explorer.simulation.world import World

MS = 1_000


def toy(*faults: str, horizon: int = 20_000 * MS) -> World:
    graph = Graph("toy", {"client": None, "server": None, "stranger": None}, {"T9": ("client", "server")})
    topology = Topology.build(graph, ["m-1"], ["client", "server@m-1", "stranger"])
    return World(
        topology,
        latency={"": 5 * MS},
        timeout={"": 1_000 * MS},
        seed=1,
        faults=[parse_fault(fault) for fault in faults],
        horizon=horizon,
    )


def ask(
    world: World, answered: list[Frame | None], *, think: int = 10 * MS, limit: int | None = None
) -> None:
    def serve(frame: Frame, reply: Reply) -> None:
        world.after(think, reply, "fine", "fine", "submit", of="server@m-1")

    world.call(
        "T9", "client", "server@m-1", "well?", "well", "submit", serve=serve, done=answered.append,
        fail=answered.append, limit=limit,
    )  # fmt: skip


def told(world: World) -> list[tuple[int, str, str]]:
    return [(frame.at // MS, frame.narration, frame.outcome) for frame in world.frames]


def test_a_call_is_answered_over_the_same_link_and_request() -> None:
    world = toy()
    answered: list[Frame | None] = []
    world.after(0, ask, world, answered)
    world.run("client", "submit")
    assert told(world) == [(5, "well", "delivered"), (20, "fine", "delivered"), (20, "settled", "internal")]
    assert world.frames[0].request == world.frames[1].request
    assert answered == [world.frames[1]]


def test_a_link_that_the_graph_has_not_is_an_error() -> None:
    with pytest.raises(NoSuchLink, match="T9 between client and stranger"):
        toy().send("T9", "client", "stranger", "psst", "psst", "submit")


def test_a_quiet_beat_arrives_like_a_message_but_makes_no_frame() -> None:
    heard: list[int] = []
    world = toy()

    def beat() -> None:
        world.beat("T9", "client", "server@m-1", lambda: heard.append(world.now))
        world.after(50 * MS, lambda: None)

    world.after(0, beat)
    world.run("client", "submit")
    assert heard == [5 * MS]
    assert [frame.narration for frame in world.frames] == ["settled"]


@pytest.mark.parametrize(
    ("fault", "arrives"), [("T9:cut@0", False), ("server@m-1:down@0", False), ("T9:slow=30@0", True)]
)
def test_a_quiet_beat_fares_as_the_faults_say(fault: str, arrives: bool) -> None:
    heard: list[int] = []
    world = toy(fault)

    def beat() -> None:
        world.beat("T9", "client", "server@m-1", lambda: heard.append(world.now))

    world.after(1 * MS, beat)
    world.after(100 * MS, lambda: None)
    world.run("client", "submit")
    assert heard == ([36 * MS] if arrives else [])


def test_a_limit_of_its_own_ends_a_call_sooner_than_the_links() -> None:
    world = toy("machine/m-1:cut@0")
    answered: list[Frame | None] = []
    world.after(1 * MS, lambda: ask(world, answered, limit=200 * MS))
    world.run("client", "submit")
    assert told(world)[0][::2] == (201, "timeout")
    assert answered == [world.frames[0]]


def test_a_client_that_died_is_not_waited_for() -> None:
    world = toy("client:down@0.01")
    answered: list[Frame | None] = []
    world.after(0, ask, world, answered)
    world.run("client", "submit")
    assert told(world)[-1] == (20, "settled", "internal")
    assert answered == []


def test_a_run_that_is_over_when_a_fault_comes_is_over_before_it() -> None:
    whole, struck = toy(), toy("server@m-1:down@0.02-5")
    for world in (whole, struck):
        world.after(0, ask, world, [])
        world.run("client", "submit")
    assert told(struck) == told(whole)


def test_what_is_owed_keeps_a_run_going_to_its_horizon() -> None:
    world = toy(horizon=300 * MS)
    world.hold()
    world.after(0, lambda: None)
    world.run("client", "submit")
    assert told(world) == [(300, "horizon", "internal")]
