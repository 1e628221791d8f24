"""Rules that hold the graph and its drawing together: the same names, the same tiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from explorer.graph.fixtures import Fixtures
from explorer.graph.problem import Problem, said

PLACEMENTS = Path(__file__).resolve().parents[1] / "diagram" / "placements.yaml"

_UNITS = {"pods": "pod", "tasks": "task"}
"""Cells that hold units are named in the plural; the component is what one unit is."""


def drawing_problems(fixtures: Fixtures, placements: Path = PLACEMENTS) -> Iterator[Problem]:
    """Everything drawn exists with the tier it is drawn with; everything else is for reference only.

    Systems without components here, and a checkout without the file, are not asked.
    """
    if not placements.exists():
        return
    systems = _systems(placements, placements.stat().st_mtime_ns)
    for system, drawn in systems.items():
        components = [entry for entry in fixtures.of("component") if entry.row["system"] == system]
        if components:
            tiers = _drawn_tiers(drawn)
            file = placements.name
            for slug in tiers:
                if fixtures.find("component", (system, slug)) is None:
                    yield Problem(
                        file,
                        f"component {system}/{slug}",
                        "",
                        "is drawn and not in the fixtures",
                        "a row for it",
                    )
            for entry in components:
                tier = tiers.get(entry.row["slug"], "reference")
                if tier and fixtures.sound(entry, "tier") and entry.row["tier"] != tier:
                    where = (
                        said("drawn as {tier}", tier=tier)
                        if entry.row["slug"] in tiers
                        else said("not drawn")
                    )
                    yield entry.problem(
                        "tier",
                        said(
                            "is {tier}, while it is {where} ({file})",
                            tier=entry.row["tier"],
                            where=where,
                            file=file,
                        ),
                        f"'{tier}'",
                    )
            for slug in _drawn_links(drawn):
                link = fixtures.find("link", (slug,))
                if link is None or link.row["system"] != system:
                    yield Problem(
                        file,
                        f"link {slug}",
                        "",
                        f"is drawn in {system} and not in its fixtures",
                        "a row for it",
                    )


def _drawn_tiers(drawn: Mapping[str, Any]) -> dict[str, str]:
    """Component to tier; "" where the drawing leaves it open."""
    tiers = {
        _UNITS.get(slug, slug): str(cell.get("tier", ""))
        for slug, cell in drawn.get("components", {}).items()
        if not cell.get("slot")
    }
    if "tabs" in drawn:
        tiers.setdefault(drawn["tabs"]["part"], "")
    return tiers


def _drawn_links(drawn: Mapping[str, Any]) -> list[str]:
    return [slug for link in drawn.get("links", ()) for slug in (link["id"], *link.get("carries", ()))]


@lru_cache(maxsize=2)
def _systems(placements: Path, _changed: int) -> dict[str, Any]:
    loaded = yaml.safe_load(placements.read_text(encoding="utf-8"))
    systems = loaded.get("systems", {})
    assert isinstance(systems, dict)
    return systems
