"""A form that is refused is answered from the transaction that refused it: no second connection is taken."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.desk import DeskKit, make_kit


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    kit.supporter("lee")
    kit.person("sam")
    yield kit
    kit.product.database.close()


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/keep-apart", {"one": "LEE1", "other": "NOBODY9", "reason": "They fought"}, 404),
        ("/on-behalf/sam", {"who": "listener", "standing": "another cell", "known": ""}, 409),
        ("/supporters/lee/matching", {"load_cap": "0"}, 400),
        ("/supporters/lee/roles", {}, 400),
    ],
)
def test_a_refused_form_takes_one_connection(
    kit: DeskKit, path: str, fields: dict[str, str], status: int
) -> None:
    # Whether content was edited is asked every two seconds, by a session of its own: it has been asked now.
    kit.signed_in("safer").get("/on-behalf/sam")
    token, taken = kit.token("safer"), [0]
    engine = kit.product.database.engine

    @sa.event.listens_for(engine, "begin")
    def count(_connection: sa.Connection) -> None:
        taken.append(engine.pool.checkedout())  # type: ignore[attr-defined]

    answer = kit.signed_in("safer").post(path, data={"token": token, **fields})

    assert answer.status_code == status
    assert max(taken) == 1
