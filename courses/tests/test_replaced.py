"""A course whose place another took: no new learners, out of the catalogue, and those who take it finish it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from certificates.models import Award
from core.errors import DomainError
from courses import selectors, services
from courses.models import Course, CourseVersion, Enrolment
from courses.services.files import CurriculumErrors
from edu.curriculum import load
from edu.walk import Walk
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db
NEW = "the-new-one"


def publish(*, replaces: str, number: int = 1, state: str = "published") -> CourseVersion:
    course, _made = Course.objects.get_or_create(slug=NEW, defaults={"audience": "educator"})
    at = timezone.now() if state == "published" else None
    old = selectors.published(COURSE)
    assert old
    return CourseVersion.objects.create(
        course=course,
        number=number,
        state=state,
        published_at=at,
        title={"en": "The new one"},
        ce=old.ce,
        replaces=replaces,
        source_sha256="0" * 64,
    )


def shown(user: User | None) -> set[str]:
    return {version.course.slug for version in selectors.catalogue(user)}


def test_until_the_new_course_is_published_the_old_one_takes_learners(educator: User) -> None:
    draft = publish(replaces=COURSE, state="draft")
    assert COURSE in shown(educator)
    services.publish(version=draft, now=timezone.now())
    assert COURSE not in shown(educator)
    assert NEW in shown(educator)


def test_who_would_begin_it_is_led_to_the_course_in_its_place(browser: Inside, educator: User) -> None:
    form = browser.get(f"/courses/{COURSE}/").form("/enrol/")
    publish(replaces=COURSE)
    page = browser.submit(form)
    assert page.status == 409
    assert "This course takes no new learners. “The new one” took its place." in page.text
    assert f"/courses/{NEW}/" in page.links
    page = browser.get(f"/courses/{COURSE}/")
    assert not [form for form in page.forms if "enrol" in form.action]
    assert f"/courses/{NEW}/" in page.links
    assert not Enrolment.objects.exists()


def test_programs_are_refused_too_and_told_which_course_took_its_place(browser: Inside) -> None:
    publish(replaces=COURSE)
    browser.client.handler.enforce_csrf_checks = False
    answer = browser.client.post("/api/v1/enrolments/", {"course": COURSE}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "replaced")
    assert browser.client.get(f"/api/v1/courses/{COURSE}/").json()["replaced_by"] == NEW
    assert browser.client.get(f"/api/v1/courses/{NEW}/").json()["replaced_by"] is None


def test_strangers_find_it_no_more_and_its_page_says_where_to_go() -> None:
    publish(replaces=COURSE)
    assert f"/courses/{COURSE}/" not in Inside().get("/courses/").links
    page = Inside().get(f"/courses/{COURSE}/")
    assert "This course takes no new learners." in page.text
    assert f"/courses/{NEW}/" in page.links
    assert "Sign in to start" not in page.text


def test_who_takes_it_finds_it_finishes_it_and_holds_a_certificate(walk: Walk[Inside], educator: User) -> None:
    walk.read()
    publish(replaces=COURSE)
    assert COURSE in shown(educator)
    page = walk.browser.get(f"/courses/{COURSE}/")
    assert "You can finish it, and what you hold stands." in page.text
    version = selectors.published(COURSE)
    assert version
    assert services.enrol(user=educator, version=version, now=timezone.now()) == Enrolment.objects.get()
    walk.pass_test()
    walk.evaluate_and_claim()
    assert Award.objects.get().user == educator


def test_a_newer_version_that_does_not_replace_it_opens_it_again(educator: User) -> None:
    publish(replaces=COURSE)
    version = selectors.published(COURSE)
    assert version
    with pytest.raises(DomainError):
        services.enrol(user=educator, version=version, now=timezone.now())
    publish(replaces="", number=2)
    assert services.enrol(user=educator, version=version, now=timezone.now()).version == version
    assert COURSE in shown(None)


@pytest.mark.parametrize(
    ("slug", "says"),
    [("nowhere", "there is no course nowhere"), ("pump-rationale", "own place"), ("[a]", "the slug of a course")],
)
def test_a_course_that_takes_a_place_there_is_not_is_reported(tmp_path: Path, slug: str, says: str) -> None:
    root = _alone(tmp_path, slug)
    with pytest.raises(CurriculumErrors) as refused:
        load(root, publish=False)
    assert [str(one) for one in refused.value.problems if "replaces" in str(one) and says in str(one)]


def test_a_course_for_other_people_and_a_circle_of_two_are_reported(tmp_path: Path) -> None:
    with pytest.raises(CurriculumErrors) as refused:
        load(_alone(tmp_path / "patients", "starting-your-pump"), publish=False)
    assert "starting-your-pump is for other people (patient)" in str(refused.value.problems[0])
    root = _alone(tmp_path / "circle", NEW)
    shutil.copytree(root / COURSE, root / NEW)
    other = root / NEW / "course.yaml"
    other.write_text(other.read_text().replace(f"replaces: {NEW}", f"replaces: {COURSE}"))
    with pytest.raises(CurriculumErrors) as refused:
        load(root, publish=False)
    assert [one for one in refused.value.problems if "takes the place of this course: one of them only" in str(one)]


def test_what_course_yaml_says_of_it_is_what_is_published(tmp_path: Path) -> None:
    Course.objects.create(slug="an-older-one", audience="educator")
    load(_alone(tmp_path, "an-older-one"), publish=False)
    assert CourseVersion.objects.get(state="draft").replaces == "an-older-one"


def _alone(tmp_path: Path, slug: str) -> Path:
    """The first course in a folder of its own, saying that it takes the place of `slug`."""
    root = tmp_path / "curriculum"
    shutil.copytree(settings.CURRICULUM_DIR / COURSE, root / COURSE)
    for name in ("facts.yaml", "glossary.yaml"):
        shutil.copy(settings.CURRICULUM_DIR / name, root / name)
    path = root / COURSE / "course.yaml"
    path.write_text(f"{path.read_text()}\nreplaces: {slug}\n")
    return root
