"""What exists: systems, components, links and the words about them. No Django in here."""

from explorer.graph.atlas import (
    Atlas,
    Citation,
    Component,
    Concept,
    Counterpart,
    Forbidden,
    Link,
    Misconception,
    Narration,
    Scenario,
    Source,
    Staging,
    Step,
    Storyboard,
    System,
    Term,
    Words,
)
from explorer.graph.check import check
from explorer.graph.fixtures import Fixtures, read
from explorer.graph.problem import BrokenFixtures, Problem

__all__ = [
    "Atlas",
    "BrokenFixtures",
    "Citation",
    "Component",
    "Concept",
    "Counterpart",
    "Fixtures",
    "Forbidden",
    "Link",
    "Misconception",
    "Narration",
    "Problem",
    "Scenario",
    "Source",
    "Staging",
    "Step",
    "Storyboard",
    "System",
    "Term",
    "Words",
    "check",
    "read",
]
