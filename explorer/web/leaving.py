"""Whoever leaves a shared run to look around alone keeps the way back in the address."""

from __future__ import annotations

import re

from django.http import HttpRequest

from explorer.playback.runs import SHARE


def way_back(request: HttpRequest) -> str:
    """The end of an address that keeps the field `follow`, a shared run's code; "" without one."""
    left = request.POST.get("follow", "")
    return f"&follow={left}" if re.fullmatch(SHARE, left) else ""
