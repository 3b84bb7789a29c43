"""A pre-test is drawn by its post-test's cells, from the same questions: two forms of one blueprint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.errors import DomainError
from courses.models import Course
from quizzes.models import ItemVersion, Quiz, QuizVersion
from quizzes.services import drawing, versions
from quizzes.services.checks import cell_words

# What a pre-test never has of its own: it is taken once, counts for nothing and shows nothing.
FIXED: dict[str, Any] = {"attempts": 1, "retake": "free"}


def blueprint(*, course: Course, slug: str) -> QuizVersion:
    """The newest version of the post-test a pre-test is to be parallel to.

    Raises DomainError no_blueprint (409) that says what is wrong: none named, of another course, not a post-test, not
    published yet, without cells.
    """
    if not slug:
        raise _no_blueprint(_("Choose the post-test it is compared with."))
    quiz = Quiz.objects.filter(course=course, slug=slug).first()
    if quiz is None:
        raise _no_blueprint(_("“%(quiz)s” is no quiz of this course. Choose a post-test of this course."), slug)
    if quiz.kind != Quiz.POSTTEST:
        raise _no_blueprint(_("“%(quiz)s” is no post-test. Choose a post-test of this course."), slug)
    newest = quiz.versions.order_by("-number").first()
    if newest is None:
        raise _no_blueprint(_("“%(quiz)s” is not published yet. Publish it first."), slug)
    if not newest.rule("cells"):
        words = _(
            "“%(quiz)s” names its questions one by one. Give it cells first: by them the pre-test draws its questions."
        )
        raise _no_blueprint(words, slug)
    return newest


def taken_after(rules: Mapping[str, Any], post: QuizVersion) -> dict[str, Any]:
    """The rules of a pre-test with the cells and the questions of `post`, whose ItemVersions it pins."""
    settings = {**rules.get("settings", {}), "cells": post.rule("cells"), "show": "pretest"}
    theirs = versions.rules_of(post)
    return {**rules, **FIXED, "pass": theirs["pass"], "items": theirs["items"], "settings": settings}


def own_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What of a pre-test's settings it says itself: the rest is its post-test's."""
    return {name: value for name, value in settings.items() if name not in ("cells", "show")}


def follow(post: QuizVersion) -> list[QuizVersion]:
    """Give every pre-test that is parallel to this post-test a version by its cells as they are now; returns those.
    Without cells there is nothing to follow, and such a pre-test is not offered. Call it inside the transaction that
    publishes the post-test."""
    made = []
    for quiz in pretests_of(post.quiz).select_for_update() if post.rule("cells") else ():
        newest = quiz.versions.order_by("-number").first()
        if newest and newest.rule("parallel") == post.quiz.slug:
            newest.quiz = quiz
            rules, pinned, source = taken_after(versions.rules_of(newest), post), post.item_versions, newest.source
            if versions.quiz_digest(rules, pinned) != newest.content_sha256:
                made.append(
                    versions.new_quiz_version(quiz=quiz, rules=rules, pinned=pinned, source=source, after=newest)
                )
    return made


def pretests_of(post: Quiz) -> Any:
    """The pre-tests whose some version is parallel to this quiz."""
    same = Quiz.objects.filter(course=post.course_id, kind=Quiz.PRETEST)
    ids = QuizVersion.objects.filter(quiz__in=same, settings__parallel=post.slug).values("quiz")
    return Quiz.objects.filter(pk__in=ids).order_by("pk")


def overlaps(cells: Sequence[Mapping[str, Any]], pinned: Sequence[int]) -> list[drawing.Shortage]:
    """The cells that these ItemVersions cannot fill twice without a question standing in both forms. `needs` is what
    both forms ask together."""
    twice = [{**cell, "count": 2 * cell["count"]} for cell in cells]
    pool = drawing.candidates(ItemVersion.objects.filter(pk__in=pinned))
    try:
        drawing.draw_items(twice, pool, seen=(), seed=0)
    except drawing.Unsatisfiable as error:
        return list(error.shortages)
    return []


def overlap_values(short: drawing.Shortage) -> dict[str, Any]:
    """A shortage as the sentences about it fill it in."""
    return {"cell": cell_words(short.cell), "needs": short.needs, "pool": short.pool, "left": short.left}


def _no_blueprint(words: str, slug: str = "") -> DomainError:
    return DomainError("no_blueprint", words % {"quiz": slug} if slug else words)
