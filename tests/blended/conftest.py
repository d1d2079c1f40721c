"""The other systems' servers, for the files that want them."""

from collections.abc import Iterator

import pytest

from blended.domain.rooms import lines
from tests.support.fake_rooms import FakeRooms, fake_rooms


@pytest.fixture(scope="package")
def running_rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeRooms]:
    with fake_rooms(tmp_path_factory.mktemp("rooms")) as house:
        yield house


@pytest.fixture
def house(running_rooms: FakeRooms, monkeypatch: pytest.MonkeyPatch) -> FakeRooms:
    """Trusted by this process, with nothing asked yet."""
    monkeypatch.setenv("SSL_CERT_FILE", str(running_rooms.authority))
    monkeypatch.setattr(lines, "SECONDS", 30.0)  # only where the limit itself is asked for does time matter
    running_rooms.asked.clear()
    running_rooms.then.clear()
    running_rooms.rooms.clear()
    running_rooms.algorithm, running_rooms.meetings = "sha256", 0
    return running_rooms
