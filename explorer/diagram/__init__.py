"""Where everything is drawn: placements and a run's cast to geometry, a step's moment to one SVG text.

scene = Scene(Placements.load(), "kubernetes", "wide", cast, "en")
page = svg(scene, moment)          # the whole <svg>, the moment drawn in
data = scene.state(moment)         # the same moment as data, for a picture that is already there
words = outline(scene, moment)     # the same moment for people who do not see it
"""

from __future__ import annotations

from explorer.diagram.delta import delta, whole
from explorer.diagram.moment import REST, Cast, Moment
from explorer.diagram.outline import Item, Zone, outline, sentence
from explorer.diagram.placements import Placements
from explorer.diagram.scene import Scene
from explorer.diagram.svg import Way, linked_svg, svg

__all__ = [
    "REST",
    "Cast",
    "Item",
    "Moment",
    "Placements",
    "Scene",
    "Way",
    "Zone",
    "delta",
    "linked_svg",
    "outline",
    "sentence",
    "svg",
    "whole",
]
