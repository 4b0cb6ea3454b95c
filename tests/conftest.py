"""Settings for every test: properties in the same order each time, and no skip in CI."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import settings

from tests.support.postgres import postgres, postgres_template

# Fixtures for whoever asks for them: a server is started only then.
__all__ = ["postgres", "postgres_template"]

settings.register_profile("signpost", derandomize=True, database=None, deadline=None, max_examples=60)
settings.load_profile("signpost")


@pytest.fixture(autouse=True)
def _log_as_new() -> None:
    """A test hears every line: whoever loaded a Rasa model in this process before has turned the log down."""
    structlog.reset_defaults()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    """With CI=true a skipped test is a failed one: what it needs should have been there."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {item.nodeid}: {report.longrepr}"
