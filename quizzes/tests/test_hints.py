"""What a patient's check tells after a wrong answer: the reason of that answer, and nothing of the others."""

import pytest

from quizzes import selectors
from quizzes.models import ItemVersion

pytestmark = pytest.mark.django_db


def test_a_hint_knows_neither_the_key_nor_the_reasons_of_the_answers_not_given() -> None:
    version = ItemVersion.objects.newest().get(item="sp-back-up")
    keys = {option["id"]: option["key"] for option in version.content["options"]}
    for choice in keys:
        told = selectors.answered_check(version, {"choice": choice}, hint=True)
        assert told.right is keys[choice]
        options = told.shown.parts["options"]
        assert [bool(option.get("why")) for option in options] == [option["chosen"] for option in options]
        assert not any("key" in option for option in options if not option["chosen"])
