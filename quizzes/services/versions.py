"""New versions of items and quizzes, written one way whether a file or a person on the web brings them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import rfc8785
from django.utils.translation import gettext as _

from core.errors import DomainError
from quizzes.models import Item, ItemVersion, Quiz, QuizVersion
from quizzes.services import drawing
from quizzes.services.checks import cell_words


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON (RFC 8785): equal for equal content, whatever wrote it."""
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()


def new_item_version(
    *,
    item: Item,
    content: Mapping[str, Any],
    source: str,
    after: ItemVersion | None,
    reviewed_by: str = "",
    waived: Sequence[Mapping[str, Any]] = (),
) -> ItemVersion:
    """Write the version that follows `after`. Objective, level and section are copied out for queries."""
    return ItemVersion.objects.create(
        item=item,
        number=after.number + 1 if after else 1,
        source=source,
        reviewed_by=reviewed_by,
        objective_id=content["objective"],
        level=content["level"],
        see=content["see"],
        content=content,
        content_sha256=digest(content),
        waivers=list(waived),
    )


def share(value: Any) -> str:
    """A pass mark as it is hashed: three decimals at most, as the database keeps it; 0.8 not 0.800."""
    return f"{round(Decimal(str(value)), 3).normalize():f}"


def rules_of(version: QuizVersion) -> dict[str, Any]:
    """The rules of a quiz version as its file would say them: hashed with its pins they give its content_sha256."""
    pinned = ItemVersion.objects.in_bulk(version.item_versions)
    return ({"settings": version.settings} if version.settings else {}) | {
        "kind": version.quiz.kind,
        "title": version.title,
        "minutes": version.minutes,
        "pass": share(version.pass_mark),
        "attempts": version.attempts_allowed,
        "retake": version.retake,
        "items": [pinned[pk].item_id for pk in version.item_versions],
    }


def quiz_digest(rules: Mapping[str, Any], pinned: Sequence[int]) -> str:
    return digest({**rules, "pinned": list(pinned)})


def new_quiz_version(
    *, quiz: Quiz, rules: Mapping[str, Any], pinned: Sequence[int], source: str, after: QuizVersion | None
) -> QuizVersion:
    """Write the version that follows `after`: these rules over these ItemVersion ids.

    Raises DomainError unsatisfiable (409) when its cells ask for more than these items hold, with the numbers.
    """
    require_drawable(rules.get("settings", {}).get("cells", []), pinned)
    return QuizVersion.objects.create(
        quiz=quiz,
        number=after.number + 1 if after else 1,
        title=rules["title"],
        minutes=rules["minutes"],
        pass_mark=Decimal(rules["pass"]),
        attempts_allowed=rules["attempts"],
        retake=rules["retake"],
        settings=rules.get("settings", {}),
        item_versions=list(pinned),
        content_sha256=quiz_digest(rules, pinned),
        source=source,
    )


def require_drawable(cells: Sequence[Mapping[str, Any]], pinned: Sequence[int]) -> None:
    """Raise DomainError unsatisfiable unless every cell can be filled from these ItemVersion ids, all at once."""
    pool = drawing.candidates(list(ItemVersion.objects.filter(pk__in=pinned))) if cells else []
    try:
        drawing.draw_items(cells, pool, seen=(), seed=0)
    except drawing.Unsatisfiable as error:
        raise DomainError("unsatisfiable", " ".join(_shortage(one) for one in error.shortages)) from error


def _shortage(one: drawing.Shortage) -> str:
    values = {
        "cell": cell_words(one.cell),
        "needs": one.needs,
        "pool": one.pool,
        "left": one.left,
    }
    words = _("The cell “%(cell)s” needs %(needs)s questions; %(pool)s fit, and %(left)s are left beside other cells.")
    return words % values


def repin(version: ItemVersion) -> list[QuizVersion]:
    """Give every quiz whose newest version asks this item a version that asks it as it reads now; return those.

    The rules stay, and so does `source`: they still come from where they came from, so that a changed file still
    changes them. Call it inside the transaction that publishes the item.
    """
    versions = set(ItemVersion.objects.filter(item=version.item_id).values_list("pk", flat=True))
    course = version.objective.course_id
    made = []
    # Locked in one order: two items of one quiz published at once would else pin one of them only.
    for quiz in Quiz.objects.select_for_update().filter(course=course).order_by("pk"):
        newest = quiz.versions.order_by("-number").first()
        if newest and versions & set(newest.item_versions):
            newest.quiz = quiz
            pinned = [version.pk if pk in versions else pk for pk in newest.item_versions]
            rules, source = rules_of(newest), newest.source
            made.append(new_quiz_version(quiz=quiz, rules=rules, pinned=pinned, source=source, after=newest))
    return made
