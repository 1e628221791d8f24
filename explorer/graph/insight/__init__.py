"""Questions to the graph of a system's links, answered with networkx; no words, no Django.

networkx takes long to import and a page that asks none of this is served without it: nothing here is
imported before it is asked.
"""

from __future__ import annotations

from explorer.graph.insight.reach import out_of_reach

__all__ = ["out_of_reach"]
