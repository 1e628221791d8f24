"""Line icons of parts, 16 by 16 units."""

from __future__ import annotations

ICONS: dict[str, str] = {
    "store": (
        '<ellipse cx="8" cy="3.6" rx="5.2" ry="2.1"/><path d="M2.8 3.6v8.8c0 1.2 2.3 2.1 5.2 2.1s5.2-'
        '.9 5.2-2.1V3.6M2.8 8c0 1.2 2.3 2.1 5.2 2.1S13.2 9.2 13.2 8"/>'
    ),
    "sched": (
        '<rect x="2" y="2" width="12" height="12" rx="2"/><path d="M2 6.3h12M6.3 2v12"/><path d="M9.3'
        ' 10.2l1.2 1.2 2-2.4"/>'
    ),
    "loop": ('<path d="M13.5 8a5.5 5.5 0 1 1-1.7-4M13.7 1.7v3h-3"/>'),
    "cloud": ('<path d="M4.5 12.5a3 3 0 0 1-.3-6 4 4 0 0 1 7.7.8 2.6 2.6 0 0 1 0 5.2Z"/>'),
    "api": ('<path d="M3 14V4.5L8 1.8l5 2.7V14M1.5 14h13M6.2 14V9.5h3.6V14"/>'),
    "agent": ('<path d="M8 1.5 13.7 4.8v6.4L8 14.5 2.3 11.2V4.8Z"/><circle cx="8" cy="8" r="2.3"/>'),
    "proxy": ('<path d="M2 8h4M6 8c3 0 2.5-4.5 5.5-4.5H14M6 8c3 0 2.5 4.5 5.5 4.5H14"/>'),
    "run": ('<rect x="2" y="2" width="12" height="12" rx="2"/><path d="M6.5 5.4 10.8 8l-4.3 2.6Z"/>'),
    "cli": ('<rect x="1.5" y="2.5" width="13" height="11" rx="2"/><path d="m4.2 6 2 2-2 2M8.2 10.3h3.3"/>'),
}
