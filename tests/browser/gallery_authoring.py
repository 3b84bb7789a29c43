"""Views for the gallery: the bank, the editor, publishing, history and the review, each item in a state of its own."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.models import Role, User
from quizzes import marking
from quizzes.forms.parts import new_id
from quizzes.marking.lint import examine
from quizzes.models import Item, ItemDraft, ItemVersion, Quiz
from quizzes.selectors import bank
from quizzes.selectors import quizmaking as reads
from quizzes.services import authoring, commenting, pictures, quizmaking
from quizzes.tests.items import drawn, example
from tests.inside import Inside

if TYPE_CHECKING:
    from tests.browser.gallery import Act, Gallery

CHECK = "Samuel’s glucose is 200 mg/dL (11.1 mmol/L) with 1.2 units on board. What now?"
REASON = "Say that she feels sick: with nausea the step is another one.\nAnd “her plan” is whose?"
FAULTY: dict[str, Any] = {
    "stem": "She reads 126 mg/dL (6.0 mmol/L) and gave .5 units. What comes first?",
    "key": "Check ketones at once, give the correction by pen or syringe, and change the set and its site",
    "why": "",
    "facts": ["RO-30", "RO-99"],
}


class AuthoringViews:
    """Adds them to a gallery under construction."""

    def __init__(self, gallery: Gallery) -> None:
        self.gallery, self.add_view = gallery, gallery._add
        staff = gallery._staff
        self.author, self.desk = staff(Role.AUTHOR, "Ingrid Halvorsen (demo)", "PhD, RN")
        self.other, _desk = staff(Role.AUTHOR, "Tomás Rivera (demo)", "PharmD, CDCES")
        self.reviewer, self.chair = staff(Role.REVIEWER, "Adaeze Okonkwo-Lindqvist (demo)", "MD, CDCES")

    def add(self) -> None:
        self._bank()
        self._workshop()
        self._drafts()
        self._faults()
        self._under_review()
        self._past()
        self._types()
        self._pictured()

    def _pictured(self) -> None:
        """A question with a picture: in the editor, before a reviewer, and as it is asked."""
        kept = [pictures.keep(drawn(size=size)) for size in ((480, 320), (320, 320))]
        newest = ItemVersion.objects.newest().get(item="ro-009")
        said = {"alt": {"en": "Two panes, one red and one blue"}, "caption": {"en": "As seen on the screen"}}
        for seq, one in enumerate(kept):
            picture = {"sha256": one.pk, "width": one.width, "height": one.height} | said
            _save(self.author, newest, newest.content | {"picture": picture}, changes=seq)
        authoring.ask_review(item=newest.item, actor=self.author, now=timezone.now())
        self._look(self.desk, {"editor-picture": "/bank/ro-009/", "preview-picture": "/bank/ro-005/preview/"})
        self._look(self.chair, {"review-picture": "/review/ro-009/"})

    def _look(self, who: Inside, views: dict[str, str | tuple[str, Act]]) -> None:
        for name, view in views.items():
            path, act = (view, None) if isinstance(view, str) else view
            self.add_view(name, path, who, act)

    def _bank(self) -> None:
        _nobody, idle = self.gallery._staff(Role.AUTHOR, "Noor Newauthor (demo)")
        self._look(idle, {"bank-new-author": "/bank/"})
        self._look(
            self.desk,
            {
                "bank": "/bank/",
                "bank-empty-search": "/bank/?q=zebra&use=test",
                "bank-new-question": "/bank/new/",
                "bank-new-question-errors": ("/bank/new/", _send_empty),
                "editor-published": "/bank/ro-bundle/",
            },
        )
        self._look(self.chair, {"bank-reviewer-looks": "/bank/", "editor-reviewer-looks": "/bank/ro-bundle/"})

    def _workshop(self) -> None:
        """Quizzes: the list, a new one, one as published, one that asks for more than there is, one never published."""
        quiz = Quiz.objects.get(course__slug="pump-rationale", slug="post-test")
        course, now = quiz.course, timezone.now()
        short = quizmaking.create_quiz(course=course, slug="module-1", kind="module", actor=self.author, now=now).quiz
        cells = [{"objective": one.objective, "level": "", "count": 9} for one in reads.pool(quiz)[:1]]
        draft = short.draft
        draft.content = {**quizmaking.EMPTY, "title": {"en": "Module 1"}, "settings": {"cells": cells}}
        draft.save()
        self._look(
            self.desk,
            {
                "quizzes": "/bank/quizzes/",
                "quiz-new": "/bank/quizzes/new/",
                "quiz-new-errors": ("/bank/quizzes/new/", _send_empty),
                "quiz-published": f"/bank/quizzes/{quiz.pk}/",
                "quiz-short": f"/bank/quizzes/{short.pk}/",
                "quiz-refused": (f"/bank/quizzes/{short.pk}/", _press("publish")),
                "quiz-discard": f"/bank/quizzes/{short.pk}/discard/",
            },
        )
        self._look(self.chair, {"quiz-reviewer-looks": f"/bank/quizzes/{quiz.pk}/"})

    def _drafts(self) -> None:
        """A draft in every part of its page, a new one, a long one, one that says again what is published."""
        author = self.author
        _draft(author, "ro-iob", stem=CHECK)
        long = "A word and another word, " * 60 + "and a Hypoglykämiewahrnehmungsstörungsverdacht?"
        _draft(author, "ro-depot", stem=long)
        _waive(author, "ro-depot", "The case has to be told whole: what is left out is what learners ask about.")
        _draft(author, "ro-registry", stem="Changed for a moment?")
        newest = ItemVersion.objects.newest().get(item="ro-registry")
        _save(author, newest, newest.content, changes=1)
        course = newest.objective.course
        authoring.create_item(item_id="ro-new", use="check", course=course, actor=author, now=timezone.now())
        _first(author, "ro-first", like=newest)
        self._look(
            self.desk,
            {
                "editor-draft": "/bank/ro-iob/",
                "editor-tab-preview": "/bank/ro-iob/?tab=preview",
                "editor-tab-preview-after": "/bank/ro-iob/?tab=preview&chosen=2",
                "editor-tab-checks": "/bank/ro-iob/?tab=checks",
                "editor-unsaved": ("/bank/ro-iob/", lambda page: page.locator("textarea").first.fill("Typed")),
                "editor-discard": "/bank/ro-iob/discard/",
                "publish": "/bank/ro-iob/publish/",
                "publish-first": "/bank/ro-first/publish/",
                "publish-changed-meanwhile": ("/bank/ro-depot/publish/", _publish_another),
                "editor-long": "/bank/ro-depot/",
                "editor-new": "/bank/ro-new/",
                "editor-unchanged": "/bank/ro-registry/",
                "editor-two-languages": "/bank/sp-exam/",
                "editor-two-languages-after": "/bank/sp-exam/?tab=preview&chosen=1&lang=es",
            },
        )

    def _faults(self) -> None:
        """What is to be mended, and what somebody else saved first."""
        _draft(self.author, "ro-silent", **FAULTY)
        _draft(self.other, "ro-flat", stem="What does a flat basal line on the pump’s screen tell you at 03:00?")
        self._look(
            self.desk,
            {
                "editor-problems": ("/bank/ro-silent/", _press("publish")),
                "editor-problems-checks": "/bank/ro-silent/?tab=checks",
                "editor-stale": ("/bank/ro-flat/", _stale),
            },
        )

    def _under_review(self) -> None:
        """Asked, sent back, and a queue with nothing in it."""
        author = self.author
        nadia = "Nadia, 29, takes five injections a day and wants no device. What fits?"
        _draft(author, "ro-001", stem=nadia, ask=True)
        _draft(author, "ro-002", stem="Marek, 45, starts a hybrid closed loop. Which reply fits?", ask=True, turn=True)
        _draft(author, "ro-003", stem="Grace, 52, reads 290 mg/dL (16.1 mmol/L). Which step is in her plan?", ask=True)
        back, now = ItemDraft.objects.get(pk="ro-003"), timezone.now()
        looked_at = authoring.seen(back, back.content)
        authoring.send_back(item=back.item, looked_at=looked_at, reason=REASON, actor=self.reviewer, now=now)
        _nobody, idle = self.gallery._staff(Role.REVIEWER, "Noor Newreviewer (demo)")
        self._look(self.desk, {"editor-in-review": "/bank/ro-001/", "editor-returned": "/bank/ro-003/"})
        self._look(
            self.chair,
            {
                "review-queue": "/review/",
                "review-item": "/review/ro-001/",
                "review-item-key": "/review/ro-002/?chosen=1",
                "review-item-no-reason": ("/review/ro-001/", _press("return")),
            },
        )
        self._look(idle, {"review-empty": ("/review/?page=1", _empty_queue)})

    def _past(self) -> None:
        """An item with two versions and a draft, and one whose first version can be brought back."""
        author, reviewer = self.author, self.reviewer
        for item in ("ro-004", "ro-005"):
            _draft(author, item, stem="Ben’s log says that all basal was delivered. What does it tell you?", ask=True)
            waits = ItemDraft.objects.get(pk=item)
            authoring.approve(item=waits.item, looked_at=authoring.seen(waits, waits.content), actor=reviewer)
        _draft(author, "ro-004", stem="Ben’s pump shows no alarm. What does its log tell you?")
        self._look(
            self.desk,
            {
                "editor-history": "/bank/ro-004/",
                "editor-history-checks": "/bank/ro-004/?tab=checks",
                "compare": "/bank/ro-004/compare/?from=1&to=2",
                "version-published": "/bank/ro-005/versions/2/",
                "version-earlier": "/bank/ro-005/versions/1/",
                "version-under-draft": "/bank/ro-004/versions/1/",
                "version-refused": ("/bank/ro-005/versions/1/", _bring_back_late),
            },
        )
        self._look(self.chair, {"version-reviewer-looks": "/bank/ro-005/versions/1/"})

    def _types(self) -> None:
        """Questions of other types, one with a comment; the acts on many."""
        course = ItemVersion.objects.newest().get(item="ro-001").objective.course
        for kind in ("dose_calc", "ordering", "matrix_mr", "cloze_dropdown", "graph_read"):
            ids: dict[str, str] = {}
            content = marking.renamed(example(kind), lambda one, ids=ids: ids.setdefault(one, new_id()))  # type: ignore[misc] # a default binds the loop's value
            content |= {"objective": "LO-RO1", "facts": ["RO-01"], "see": "side-by-side#one-need"}
            authoring.create_item(
                item_id=f"ro-{kind.split('_')[0]}",
                use="test",
                course=course,
                actor=self.author,
                now=timezone.now(),
                content=content,
            )
        steps = Item.objects.get(pk="ro-ordering")
        ident = steps.draft.content["items"][1]["id"]
        words = "Which insulin, and how warm? The leaflet says more."
        commenting.comment(
            item=steps, place=f"/items/{ident}/why/en", body=words, actor=self.reviewer, now=timezone.now()
        )
        self._look(
            self.desk,
            {
                "editor-dose": "/bank/ro-dose/",
                "editor-steps": "/bank/ro-ordering/",
                "editor-table-wide": "/bank/ro-matrix/?tab=preview&width=1280&dark=1",
                "editor-blanks": "/bank/ro-cloze/",
                "editor-graph": "/bank/ro-graph/",
                "preview-graph": "/bank/ro-graph/preview/?chosen=1",
                "bank-filters": "/bank/?kind=graph_read",
                "bank-retire": ("/bank/?q=ro-001", _retire),
                "bank-copy": "/bank/new/?like=ro-001",
            },
        )


def _waive(author: User, item_id: str, reason: str) -> None:
    draft = ItemDraft.objects.get(pk=item_id)
    for finding in examine(draft.content, bank.bounds(draft.course)):
        if finding.warns:
            authoring.waive(item=draft.item, finding=finding, reason=reason, actor=author, now=timezone.now())


def _retire(page: Any) -> None:
    """What is still asked is not retired."""
    page.locator("input[name=item]").first.check()
    page.locator("#bulk-act").select_option("retire")
    page.locator("#bulk button[type=submit]").click()
    page.locator("[role=alert]").wait_for()


def _first(author: User, item_id: str, *, like: ItemVersion) -> None:
    """A question never published, ready to be."""
    course, now = like.objective.course, timezone.now()
    draft = authoring.create_item(item_id=item_id, use="check", course=course, actor=author, now=now)
    authoring.save_draft(item=draft.item, content=dict(like.content), stamp="0.1", actor=author, now=now)


def _save(author: User, newest: ItemVersion, content: dict[str, Any], *, changes: int = 0) -> None:
    stamp = f"{newest.number}.{changes}"
    authoring.save_draft(item=newest.item, content=content, stamp=stamp, actor=author, now=timezone.now())


def _draft(
    author: User, item_id: str, *, stem: str, key: str = "", why: str | None = None, ask: bool = False, **more: Any
) -> None:
    """A draft of the item by this author: other words, perhaps another key (turn), perhaps asked for review."""
    item = Item.objects.get(pk=item_id)
    newest = item.versions.latest("number")
    content = deepcopy(newest.content) | {"stem": {"en": stem}}
    content["facts"] = more.get("facts", content["facts"])
    options = content["options"]
    if more.get("turn"):
        keys = [option["key"] for option in options]
        for option, is_key in zip(options, keys[-1:] + keys[:-1], strict=True):
            option["key"] = is_key
    if why is not None:
        options[0]["why"] = {"en": why}
    for option in options:
        option["text"] = {"en": key} if key and option["key"] else option["text"]
    _save(author, newest, content)
    if ask:
        authoring.ask_review(item=item, actor=author, now=timezone.now())


def _press(act: str) -> Act:
    def press(page: Any) -> None:
        page.locator(f"button[value={act}]").click()
        page.locator("[role=alert], .field.invalid").first.wait_for()

    return press


def _stale(page: Any) -> None:
    """As if someone else had saved while this page was open: it names a state that is not the newest."""
    page.locator("textarea").first.fill("What does the flat line of a pump’s basal insulin mean, as typed here?")
    page.evaluate("document.querySelector('[name=stamp]').value = '1.7'")
    page.locator("button[value=save], button[value=preview]").locator("visible=true").first.click()
    page.locator("[role=alert]").wait_for()


def _publish_another(page: Any) -> None:
    """As if the draft had been saved anew while this page was open."""
    page.evaluate("document.querySelector('#publish [name=looked_at]').value = 'another'")
    page.locator("#publish button").click()
    page.locator("[role=alert]").wait_for()


def _bring_back_late(page: Any) -> None:
    """As if a newer version had been published while this page was open."""
    page.evaluate("document.querySelector('#bring-back [name=stamp]').value = '1.0'")
    page.locator("#bring-back button").click()
    page.locator("[role=alert]").wait_for()


def _send_empty(page: Any) -> None:
    page.locator("main form button").last.click()
    page.locator(".error-summary").wait_for()


def _empty_queue(page: Any) -> None:
    """The same page as it is with nothing in the queue: the others' drafts are needed for their own pictures."""
    waiting = list(ItemDraft.objects.waiting().values_list("pk", flat=True))
    ItemDraft.objects.filter(pk__in=waiting).update(state="draft")
    page.reload()
    ItemDraft.objects.filter(pk__in=waiting).update(state="review")
