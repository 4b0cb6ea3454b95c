"""Rasa and the action server as they were started: nobody but the product may speak to them."""

import httpx
import psutil
import pytest

from tests.e2e.conftest import Running

pytestmark = pytest.mark.alone

# What Rasa answers to everybody who may call its management API.
MANAGEMENT = (
    *(("GET", "/status"), ("GET", "/version"), ("GET", "/domain"), ("GET", "/conversations/x/tracker")),
    *(
        ("POST", "/model/parse"),
        ("POST", "/model/train"),
        ("PUT", "/model"),
        ("POST", "/webhooks/rest/webhook"),
    ),
)


def address_of(part: psutil.Process) -> str:
    """Where it listens, as the machine says and not as it was told."""
    places = {each.laddr for each in part.net_connections(kind="inet") if each.status == psutil.CONN_LISTEN}
    assert {place.ip for place in places} == {"127.0.0.1"}
    return f"http://127.0.0.1:{next(iter(places)).port}"


@pytest.mark.parametrize(("method", "path"), MANAGEMENT)
def test_rasa_has_no_management_api(running: Running, method: str, path: str) -> None:
    answer = httpx.request(method, f"{address_of(running.part('rasa'))}{path}", json={"text": "hi"})

    assert answer.status_code == 404


@pytest.mark.parametrize(("part", "path"), [("rasa", "/webhooks/tablet/webhook"), ("actions", "/webhook")])
def test_neither_listens_to_who_has_no_token(running: Running, part: str, path: str) -> None:
    answer = httpx.post(f"{address_of(running.part(part))}{path}", json={"sender": "x", "message": "hi"})

    assert answer.status_code == 403
