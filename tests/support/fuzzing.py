"""Throws what schemathesis makes of a document at the real app, for so many tries, the same each time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from starlette.testclient import TestClient

_TOKEN = re.compile(r'name="(?:token|form)" value="([^"]+)"')
_HEADERS = ("content-security-policy", "x-content-type-options", "x-frame-options", "cache-control")
_SIGNS = ("Traceback", 'File "/', "site-packages", "sqlalchemy.exc", "pydantic_core")


@dataclass
class Fuzz:
    """`client` is signed in as whoever may call the route; `page` has a form whose token counts."""

    client: TestClient
    page: str
    token_name: str
    tries: int
    answers: dict[int, int] = field(default_factory=dict)

    def run(self, operation: APIOperation) -> list[str]:
        """What was wrong with the answers of one operation; each line says which call."""
        faults: list[str] = []
        token = token_in(self.client.get(self.page).text)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @seed(20261130)
            @settings(
                max_examples=self.tries,
                deadline=None,
                database=None,
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def throw(case: Any) -> None:
                answer = self._send(case, token)
                self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
                faults.extend(
                    f"{case.method} {case.path} {case.path_parameters} {case.body!r}: {each}"
                    for each in faults_of(answer)
                )

            try:
                throw()
            except schemathesis.errors.InvalidSchema:
                raise
            except Exception as error:
                # An operation without parameters has nothing that could be wrong.
                if mode is GenerationMode.NEGATIVE and type(error).__name__ in _NOTHING_TO_NEGATE:
                    continue
                raise
        return faults

    def _send(self, case: Any, token: str) -> httpx.Response:
        path = case.path
        for name, value in (case.path_parameters or {}).items():
            # A browser would resolve dots, and a slash would be another route.
            path = path.replace("{" + name + "}", quote(str(value), safe="", errors="replace") or "x")
        sent: dict[str, Any] = {"params": _plain(case.query)}
        if case.media_type == "application/json":
            body = case.body
            sent["json"] = {**body, self.token_name: token} if isinstance(body, dict) else _json(body)
        elif case.method == "POST":
            body = case.body if isinstance(case.body, dict) else {}
            sent["data"] = {**_plain(body), self.token_name: token}
        return self.client.request(case.method, path, **sent)


_NOTHING_TO_NEGATE = {"Unsatisfiable", "SkipTest", "Skipped"}


def token_in(page: str) -> str:
    """Of the first form on a page of either app; empty where there is none."""
    found = _TOKEN.search(page)
    return found[1] if found else ""


def operations_of(document: dict[str, Any]) -> Iterator[APIOperation]:
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        yield found.ok()


def faults_of(answer: httpx.Response) -> list[str]:
    found = [f"status {answer.status_code}"] if answer.status_code >= 500 else []
    found += [f"no {name}" for name in _HEADERS if name not in answer.headers]
    return found + [f"shows {sign!r}" for sign in _SIGNS if sign in answer.text]


def _plain(fields: Any) -> dict[str, str]:
    """As a browser could send it: text that can be encoded."""
    if not isinstance(fields, dict):
        return {}
    return {_text(name): _text(value) for name, value in fields.items()}


def _text(value: Any) -> str:
    return str(value).encode("utf-8", "replace").decode()


def _json(body: Any) -> Any:
    return body if isinstance(body, str | int | float | bool | list | type(None)) else {}
