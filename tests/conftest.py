"""What tests of every room share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live_server import Server

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden", action="store_true", help="write tests/golden anew instead of comparing"
    )
    parser.addoption("--goal", help="of the bench tests only those that measure this goal: 1 to 9, 7b, …")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "golden: compares with a file under tests/golden (marked by its fixture)"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "golden" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.golden)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden("kubernetes/deploy.txt", text)` compares a text with the file that a person has read."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--rewrite-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path} is not there yet: make golden, then read it"
        assert text == path.read_text(encoding="utf-8"), "differs; if the new text is right: make golden"

    return compare


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The whole site in a process of its own. Whoever kills it starts it again before leaving."""
    served = Server(tmp_path_factory.mktemp("server"))
    served.prepare()
    served.start()
    yield served
    served.stop()
