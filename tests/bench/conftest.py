"""One goal alone: `make bench GOAL=3`."""

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--goal")
    if wanted is None:
        return
    kept = [item for item in items if any(wanted in mark.args for mark in item.iter_markers("goal"))]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept
