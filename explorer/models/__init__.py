"""What the database keeps: the graph and its words, the stories told over it, and people's runs."""

from explorer.models.graph import Component, Counterpart, ForbiddenLink, Link, Source, System, Term
from explorer.models.lessons import Concept, Misconception
from explorer.models.run import Run
from explorer.models.stamp import FixtureLoad, GraphStamp
from explorer.models.story import Narration, Scenario, Staging, Storyboard, StoryboardStep

__all__ = [
    "Component",
    "Concept",
    "Counterpart",
    "FixtureLoad",
    "ForbiddenLink",
    "GraphStamp",
    "Link",
    "Misconception",
    "Narration",
    "Run",
    "Scenario",
    "Source",
    "Staging",
    "Storyboard",
    "StoryboardStep",
    "System",
    "Term",
]
