"""What a patient's check tells after a wrong answer: the reason of that answer, and nothing of the others."""

import pytest

from quizzes import selectors
from quizzes.models import ItemVersion

pytestmark = pytest.mark.django_db


def test_a_hint_knows_neither_the_key_nor_the_reasons_of_the_answers_not_given() -> None:
    version = ItemVersion.objects.newest().get(item="sp-back-up")
    order = [option["id"] for option in version.content["options"]]
    keys = {option["id"]: option["key"] for option in version.content["options"]}
    for choice in order:
        shown = selectors.hinted(version, order, choice)
        assert shown.right is keys[choice]
        assert [bool(option.why) for option in shown.options] == [option.chosen for option in shown.options]
        assert [option.key for option in shown.options if not option.chosen] == [False, False]
