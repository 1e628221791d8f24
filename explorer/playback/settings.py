"""The settings of a run as a form shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from explorer.simulation import SEED, Parameter


def settings(
    parameters: Iterable[Parameter], values: Mapping[str, int | bool], cached: str
) -> list[dict[str, Any]]:
    """A field for each parameter but the seed, which every form shows by itself.

    `cached` is what the systems shown call having a program's files on the machine already.
    """
    labels = {"replicas": _("replicas"), "machines": _("machines"), "cached": cached}
    return [
        {
            "name": p.name,
            "label": labels.get(p.name, p.name),
            "kind": "switch" if p.switch else "number",
            "value": values.get(p.name, p.default) if p.switch else str(values.get(p.name, p.default)),
            "min": str(p.low),
            "max": str(p.high),
            "help": "" if p.switch else _("%(low)s to %(high)s") % {"low": p.low, "high": p.high},
        }
        for p in parameters
        if p.name != SEED.name
    ]
