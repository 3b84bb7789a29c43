"""The audit log as an admin reads it: sentences with names, narrowed by person, thing, kind and day."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.admin import site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import Letter, Role, User
from accounts.services import grant, letters, revoke
from certificates.models import Award
from certificates.tests import ledger
from certificates.views.office import READS
from core import audit
from core.admin import Ledger
from core.models import AuditEntry
from edu import privacy
from edu.audit import words
from tests.inside import Inside

pytestmark = pytest.mark.django_db
Make = Callable[..., User]
LOG = "/people/audit/"


@pytest.fixture
def admin(make_person: Make) -> User:
    return make_person(Role.ADMIN, name="Ines Admin")


@pytest.fixture
def desk(admin: User) -> Inside:
    return Inside.of(admin)


@pytest.fixture
def office(make_person: Make) -> User:
    return make_person(Role.CE_OFFICE, name="Otis Office")


def said(desk: Inside, query: str = "") -> list[str]:
    """The sentences of the first page, without the log's own reading of itself."""
    page = desk.get(f"{LOG}?{query}").text
    rows = re.findall(r'data-label="What happened"><p>(.*?)</p>', page, re.S)
    return [line for row in rows if "looked at the audit log" not in (line := " ".join(strip_tags(row).split()))]


def certificate(user: User) -> Award:
    return ledger.award(user)


def test_a_role_given_and_taken_is_told_in_sentences(desk: Inside, admin: User, make_educator: Make) -> None:
    person = make_educator(name="Mara Vidal")
    grant(user=person, role=Role.REVIEWER, granted_by=admin, now=timezone.now())
    revoke(user=person, role=Role.REVIEWER, revoked_by=admin, now=timezone.now())
    assert said(desk) == [
        "Ines Admin took the role “Reviewer” away from Mara Vidal.",
        "Ines Admin gave Mara Vidal the role “Reviewer”.",
    ]


def test_a_certificate_is_named_by_its_holder_and_code(desk: Inside, office: User, make_educator: Make) -> None:
    award = certificate(make_educator(name="Wren Walker"))
    Inside.of(office).get(f"/office/certificates/{award.pk}/")
    assert said(desk) == [f"Otis Office read the certificate of Wren Walker ({award.code_display})."]
    page = desk.get(LOG).text
    assert str(award.pk) not in page


def test_of_a_deleted_account_no_name_is_left(desk: Inside, office: User, make_educator: Make) -> None:
    learner = make_educator(name="Wren Walker")
    award = certificate(learner)
    audit.record(actor=office.pk, action="award.read", target=f"award:{award.pk}")
    privacy.erase(user=learner, now=timezone.now())
    privacy.erase(user=office, now=timezone.now())
    assert said(desk) == [
        "A deleted account deleted their own account.",
        "A deleted account deleted their own account.",
        f"A deleted account read the certificate of a deleted account ({award.code_display}).",
    ]


def test_a_code_without_a_sentence_is_shown_as_it_is(desk: Inside) -> None:
    audit.record(actor=None, action="pump.wink", target="pump:7", how="twice")
    assert said(desk) == ["The system: pump.wink, pump:7"]
    assert "how: twice" in desk.get(LOG).text
    assert said(desk, "kind=other") == ["The system: pump.wink, pump:7"]


def test_what_others_wrote_cannot_become_markup(desk: Inside, make_educator: Make) -> None:
    person = make_educator(name="<b>Bo</b> %(what)s")
    audit.record(actor=person.pk, action="x.y", target="<i>:%s", note="<u>%d")
    page = desk.get(LOG).text
    assert "&lt;b&gt;Bo&lt;/b&gt; %(what)s" in page
    assert "<i>:%s" not in page
    assert "<u>%d" not in page


def test_it_is_narrowed_by_who_acted(desk: Inside, admin: User, office: User) -> None:
    for actor in (admin, office):
        audit.record(actor=actor.pk, action="office.read", target="office:start")
    assert said(desk, "who=otis") == ["Otis Office opened the CE office’s start page."]
    assert said(desk, f"who={office.email}") == ["Otis Office opened the CE office’s start page."]
    assert "No entry fits that." in desk.get(f"{LOG}?who=nobody+of+this+name").text


def test_it_is_narrowed_by_whom_or_what_it_concerns(desk: Inside, office: User, make_educator: Make) -> None:
    wren, other = make_educator(name="Wren Walker"), make_educator(name="Ada Other")
    award, others = certificate(wren), certificate(other)
    for one in (award, others):
        audit.record(actor=office.pk, action="award.read", target=f"award:{one.pk}")
    letter = letters.write(
        kind=Letter.Kind.CONTACT, user=wren, name="W", email=wren.email, text="?", now=timezone.now()
    )
    audit.record(actor=office.pk, action="letter.read", target=f"letter:{letter.pk}")
    audit.record(actor=office.pk, action="item.save", target="item:ro-iob")
    of_award = f"Otis Office read the certificate of Wren Walker ({award.code_display})."
    of_letter = f"Otis Office read letter {letter.reference} of Wren Walker."
    assert said(desk, "about=wren") == [of_letter, of_award]
    assert said(desk, f"target=user:{wren.pk}") == [of_letter, of_award]
    assert said(desk, f"about={award.code_display}") == [of_award]
    assert said(desk, f"about={letter.reference.lower()}") == [of_letter]
    assert said(desk, "about=ro-iob") == ["Otis Office saved the draft of question ro-iob."]


def test_it_is_narrowed_by_the_kind_of_act(desk: Inside, office: User) -> None:
    for action in ("office.read", "letters.read", "award.list", "award.export"):
        audit.record(actor=office.pk, action=action, target="all:all")
    assert said(desk, "kind=award.export") == ["Otis Office downloaded a list of certificates."]
    assert len(said(desk, "kind=certificates")) == 2
    assert desk.get(f"{LOG}?kind=no-such-kind").status == 422


def test_days_are_the_readers_own(desk: Inside, admin: User, office: User) -> None:
    """23:30 on the 3rd in Los Angeles is the 4th in UTC."""
    admin.time_zone = "America/Los_Angeles"
    admin.save()
    late = dt.datetime(2026, 3, 4, 7, 30, tzinfo=dt.UTC)
    AuditEntry.objects.create(at=late, actor=office.pk, action="office.read", target="office:start")
    found = ["Otis Office opened the CE office’s start page."]
    assert said(desk, "since=2026-03-03&until=2026-03-03") == found
    assert said(desk, "since=2026-03-04&until=2026-03-04") == []
    page = desk.get(f"{LOG}?since=2026-03-03&until=2026-03-03").text
    assert "23:30" in page
    assert "Times are those of America/Los_Angeles." in page
    assert "Turn them round." in desk.get(f"{LOG}?since=2026-03-04&until=2026-03-03").text


def test_it_has_pages_which_keep_what_was_asked(desk: Inside, office: User) -> None:
    for _one in range(51):
        audit.record(actor=office.pk, action="office.read", target="office:start")
    assert len(said(desk, "who=otis")) == 50
    assert len(said(desk, "who=otis&page=2")) == 1
    assert "who=otis&amp;page=2" in desk.get(f"{LOG}?who=otis").text


def test_words_that_fit_too_many_people_are_refused(desk: Inside) -> None:
    User.objects.bulk_create(User(email=f"{secrets.token_hex(6)}@many.example", name="Sam Same") for _one in range(101))
    page = desk.get(f"{LOG}?about=same")
    assert page.status == 422
    assert "More than 100 people fit this." in page.text


def test_fifty_entries_cost_as_many_queries_as_two(desk: Inside, office: User, make_educator: Make) -> None:
    def enter(count: int) -> None:
        for _one in range(count):
            learner = make_educator()
            award = certificate(learner)
            for target in (f"award:{award.pk}", f"user:{learner.pk}", f"evaluation:{award.completion.evaluation.pk}"):
                audit.record(actor=make_educator().pk, action=f"{target[:5]}.read", target=target)

    enter(1)
    counts = []
    for more in (0, 15):
        enter(more)
        with CaptureQueriesContext(connection) as captured:
            desk.get(LOG)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_in_spanish_the_sentences_are_spanish(desk: Inside, admin: User, make_educator: Make) -> None:
    admin.language = "es"
    admin.save()
    grant(user=make_educator(name="Mara Vidal"), role=Role.REVIEWER, granted_by=admin, now=timezone.now())
    assert "le dio a" in desk.get(LOG).text


def test_every_act_that_is_noted_has_a_sentence() -> None:
    """Each `audit.record(… action="…")` in the code."""
    noted: set[str] = set()
    for app in ("accounts", "certificates", "core", "courses", "edu", "quizzes"):
        for file in Path(settings.ROOT, app).rglob("*.py"):
            if "tests" not in file.parts:
                noted |= set(re.findall(r'action="([a-z_]+\.[a-z_]+)"', file.read_text()))
    noted |= {f"{kind}.{verb}" for kind in READS for verb in ("list", "export")}
    ledgers = [model for model, door in site._registry.items() if isinstance(door, Ledger)]
    noted |= {f"{model._meta.model_name}.read" for model in ledgers}
    assert len(noted) > 30
    assert noted <= set(words.ACTIONS)


def test_the_log_itself_holds_no_name_and_no_words_that_were_searched(desk: Inside, admin: User) -> None:
    desk.get(f"{LOG}?who=Wren+Walker&about=Wren")
    desk.get("/people/?q=Wren+Walker&role=Wren+Walker")
    assert not [entry for entry in AuditEntry.objects.all() if "Wren" in str(entry.detail) + entry.target]


def test_who_wrote_in_a_draft_is_kept_for_their_start_pages_and_shown_as_no_ids(desk: Inside, admin: User) -> None:
    audit.record(actor=admin.pk, action="item.approve", target="item:ro-001", version=2, writers=[str(admin.pk)])
    page = desk.get(LOG)
    assert "approved question ro-001" in strip_tags(page.text)
    assert "writers" not in page.text
