"""The id of a service that staff add: from its title, in the files' own form, and a word for YAML too."""

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.editions.adding import id_from


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("Library", "library"),
        ("Independent Monitoring Board (IMB)", "independent_monitoring_board_imb"),
        ("  Jobs,  benefits & bank accounts ", "jobs_benefits_bank_accounts"),
        ("Café Zoë", "cafe_zoe"),
        ("24 hour desk", "service_24_hour_desk"),
        ("No", "service_no"),
        ("on", "service_on"),
        ("Null", "service_null"),
        ("A", "service_a"),
        ("مكتبة", "service"),
        ("...", "service"),
        ("", "service"),
        ("New", "new"),
        ("No " + "x" * 40, "service_no"),
        ("x" * 50, "x" * 36),
        ("Help with the things that you may need on the way out", "help_with_the_things_that_you_may"),
    ],
)
def test_an_id_is_made_from_the_title(title: str, made: str) -> None:
    assert id_from(title) == made


@given(st.text(max_size=80))
def test_any_title_gives_an_id_that_a_file_may_hold(title: str) -> None:
    made = id_from(title)

    assert re.fullmatch(r"[a-z][a-z0-9_]{1,35}", made)
    assert yaml.safe_load(f"{made}: 1") == {made: 1}
