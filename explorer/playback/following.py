"""What followers of a shared Run get: the state as page and push show it, without any way to command.

A follower's view is made of a place without its code: whatever is rendered, the Run's own cannot be in it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from explorer.playback import versus
from explorer.playback.atlas import atlas_from_models
from explorer.playback.engine import revision
from explorer.playback.fragment import render
from explorer.playback.kept import Kept
from explorer.playback.looking import title_of
from explorer.playback.pairing import pair_of
from explorer.playback.place import Place
from explorer.playback.showing import as_script
from explorer.playback.unnumbered import text_of
from explorer.playback.view import view_of

TEMPLATE = "partials/follow_fragment.html"
OF_TWO = "partials/follow_pair_fragment.html"
_KEPT = 512
_texts: Kept[str] = Kept(_KEPT)


def onlooker(place: Place) -> Place:
    """The same place as a follower may see it: without the code that commands."""
    return replace(place, code="")


def view_for(place: Place, language: str, *, drawings: bool = True) -> dict[str, Any]:
    """Everything that a follower's template prints. With `sides` it is of a comparison."""
    atlas, place = atlas_from_models(), onlooker(place)
    if place.right is None:
        return told(view_of(atlas, place, language, drawings=drawings))
    return of_two(versus.view_of(atlas, place, language, drawings=drawings))


def of_two(view: dict[str, Any]) -> dict[str, Any]:
    """A comparison's view with the names that a follower's page has for one run."""
    left, right = view["left"]["system"], view["right"]["system"]
    view |= {
        "sides": [view["left"], view["right"]],
        "staging": {"title": view["scenario"]["title"], "summary": view["scenario"]["question"]},
        "system": {"slug": "two", "described": f"{left['name']} · {right['name']}"},
        "objects": [],
    }
    return told(view)


def told(view: dict[str, Any]) -> dict[str, Any]:
    """A view without what a follower's page need not be sent: each byte of it goes out once a phone and step.

    `alone` is the query under which one's own walkthrough shows the step. Of what is stored there is what
    this step changed. The drawing's description is the step's title, which the page puts there itself.
    """
    address, _, _ = view["step"]["permalink"].partition("rev=")
    data = json.loads(view["diagram"]["data"])
    for drawing in data.values():
        drawing.pop("label", None)
    view |= {"objects": [], "objects_more": 0}
    view["alone"] = address.partition("?")[2].rstrip("&")
    view["diagram"] |= {"data": as_script(data)}
    return view


def summary(place: Place, language: str) -> dict[str, str]:
    """What the sharer's page says of the Run, and the way back into it."""
    atlas, inputs, rev = atlas_from_models(), place.inputs, revision(atlas_from_models())
    names = [atlas.systems[side.system].name[language] for side in (inputs, place.right) if side is not None]
    if place.right is None:
        title = title_of(atlas, inputs.system, inputs.scenario, language)
        href = inputs.address(step=place.cursor, rev=rev, run=place.code)
    else:
        title = atlas.scenarios[inputs.scenario].title[language]
        pair = pair_of(atlas, place)
        href = pair.address(place.cursor, place.right_cursor, rev=rev, run=place.code)
    slug = inputs.system if place.right is None else ""
    return {"title": title, "system": " · ".join(names), "slug": slug, "href": href}


def fragment(place: Place, language: str) -> str:
    """The HTML pushed to followers, rendered once a language, the same for phones and projectors."""
    return text_of(
        _texts,
        (atlas_from_models().version, language),
        onlooker(place),
        lambda bare: render(
            view_for(bare, language, drawings=False), language, TEMPLATE if bare.right is None else OF_TWO
        ),
    )


def envelope(place: Place, language: str) -> str:
    """The text that a follower's socket brings: number and content."""
    return json.dumps(
        {"epoch": place.epoch, "seq": place.seq, "content": fragment(place, language)},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def socket_of(share: str, place: Place, language: str) -> str:
    """The address of the followers' live line, with what the page already has."""
    return f"/ws/follow/{share}/?lang={language}&epoch={place.epoch}&seq={place.seq}"
