"""A drawing as a page takes it: its SVG, its data in a script element, its parts in words."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from explorer.diagram import Moment, Scene, outline, svg


def drawn(scene: Scene, moment: Moment) -> SafeString:
    """The whole `<svg>` of a moment."""
    return mark_safe(svg(scene, moment))  # noqa: S308  # the drawing escapes every name it prints


def as_script(data: Any) -> SafeString:
    """Data for a script element: what could end the element is escaped."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("&", "\\u0026").replace("<", "\\u003C").replace(">", "\\u003E")
    return mark_safe(text)  # noqa: S308  # escaped just above


def parts(scene: Scene) -> list[dict[str, Any]]:
    """Every part of a drawing by its zone, for people who do not see it."""
    return [
        {"zone": zone.zone, "names": [item.name for item in zone.items]} for zone in outline(scene)
    ]  # fmt: skip


def happening(scene: Scene, moment: Moment, language: str) -> dict[str, Any]:
    """What the drawing's parts do at this step, zone by zone, for people who do not see it."""
    comma, colon = ("；", "：") if language == "zh-hans" else ("; ", ": ")
    now: list[dict[str, str]] = []
    seen: list[str] = []
    for zone in outline(scene, moment):
        telling = [item for item in zone.items if item.text and item.state != "seen"]
        seen += [item.name for item in zone.items if item.state == "seen"]
        if telling:
            text = comma.join(f"{item.name}{colon}{item.text}" for item in telling)
            now.append({"zone": f"{zone.zone}{colon}", "text": text})
    between = "、" if language == "zh-hans" else ", "
    return {"now": now, "seen": between.join(dict.fromkeys(seen))}
