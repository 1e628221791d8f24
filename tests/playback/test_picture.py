"""From a play to its picture: what is drawn is what the frames say."""

from explorer.frames import component_of, place_of
from explorer.graph import Atlas
from explorer.playback import picture
from explorer.playback.engine import Play, play
from explorer.playback.inputs import read_inputs


def polled(of: Play, upto: int) -> dict[str | None, str | None]:
    return {
        place_of(frame.target): place_of(frame.source)
        for frame in of.frames[: upto + 1]
        if component_of(frame.source) == "link-shard" and component_of(frame.target) == "borglet"
    }


def test_each_machine_hangs_on_the_link_shard_that_polls_it(atlas: Atlas) -> None:
    of = play(atlas, read_inputs(atlas, "borg", "deploy", {"replicas": "9", "machines": "7"}))
    every = polled(of, len(of.frames))
    assert len(every) == 7
    assert picture.moment(of, None, "en").shards == every
    assert picture.moment(of, of.steps[-1], "en").shards == every


def test_a_shard_that_dies_hands_its_machines_over_and_earlier_pictures_stay(atlas: Atlas) -> None:
    well = play(atlas, read_inputs(atlas, "borg", "deploy", {}))
    ill = play(atlas, read_inputs(atlas, "borg", "deploy", {}, ["borgmaster@bm-1:down@2"]))
    for one, other in zip(well.steps, ill.steps, strict=False):
        if one == other and well.frames[one.index].at <= 2_000_000:
            assert picture.moment(well, one, "en").shards == picture.moment(ill, other, "en").shards
    assert picture.moment(well, well.steps[-1], "en").shards["m-2"] == "bm-1"
    assert picture.moment(ill, ill.steps[-1], "en").shards["m-2"] != "bm-1"
    assert picture.moment(ill, ill.steps[-1], "en").shards == polled(ill, len(ill.frames))
