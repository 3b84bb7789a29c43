"""Patients' courses: who may take them, steps that end with a right answer, and a way that is not all written yet."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Role, User
from core.errors import DomainError
from courses import selectors, services
from courses.models import CERTIFICATE_REF, Completion, CourseVersion, Enrolment
from edu.curriculum import load
from quizzes.models import CheckAnswer
from tests.curriculum import COURSE as TEACHERS
from tests.inside import Inside
from tests.patients import COURSE, STEPS, Steps, choice, edit_course, first_steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(make_person: Callable[..., User]) -> User:
    return make_person(Role.PATIENT, name="Ximena")


@pytest.fixture
def steps(patient: User) -> Steps:
    return Steps(Inside.of(patient))


@pytest.fixture
def two_steps(tmp_path: Path) -> Path:
    """Published: the course with two steps written and sixteen to come. The folder it was loaded from."""
    root = first_steps(tmp_path / "curriculum")
    publish_draft(root)
    return root


def publish_draft(root: Path) -> None:
    load(root, publish=False)
    services.publish(version=CourseVersion.objects.get(state="draft"), now=timezone.now())


def version(slug: str = COURSE) -> CourseVersion:
    found = selectors.published(slug)
    assert found
    return found


def shown(user: User | None) -> set[str]:
    return {one.course.slug for one in selectors.catalogue(user)}


def test_each_is_shown_the_courses_of_their_own_roles_and_strangers_and_staff_see_all(
    make_person: Callable[..., User],
) -> None:
    assert shown(make_person(Role.EDUCATOR)) == {TEACHERS}
    assert shown(make_person(Role.PATIENT)) == {COURSE}
    assert shown(make_person(Role.PATIENT, Role.EDUCATOR)) == {TEACHERS, COURSE}
    assert shown(None) == shown(make_person(Role.AUTHOR)) == {TEACHERS, COURSE}


@pytest.mark.parametrize(
    ("roles", "slug", "taken"),
    [
        ([Role.PATIENT], COURSE, True),
        ([Role.PATIENT], TEACHERS, False),
        ([Role.EDUCATOR], TEACHERS, True),
        ([Role.EDUCATOR], COURSE, False),
        ([Role.EDUCATOR, Role.PATIENT], COURSE, True),
        ([Role.EDUCATOR, Role.PATIENT], TEACHERS, True),
        ([Role.ADMIN], COURSE, False),
        ([], TEACHERS, False),
    ],
)
def test_a_course_is_taken_by_those_it_is_made_for(
    make_person: Callable[..., User], roles: list[Role], slug: str, taken: bool
) -> None:
    user = make_person(*roles)
    if taken:
        assert services.enrol(user=user, version=version(slug), now=timezone.now()).user == user
        return
    with pytest.raises(DomainError) as refused:
        services.enrol(user=user, version=version(slug), now=timezone.now())
    assert (refused.value.code, refused.value.status) == ("other_audience", 403)
    assert not Enrolment.objects.exists()


def test_a_patient_at_an_educators_course_is_told_so_and_led_home(steps: Steps) -> None:
    page = steps.browser.get(f"/courses/{TEACHERS}/")
    assert page.status == 403
    assert "This course is for people who teach others." in page.text
    assert "/home/" in page.links


def test_an_educator_looks_at_a_patients_course_and_finds_no_button_to_start(browser: Inside) -> None:
    page = browser.get(f"/courses/{COURSE}/")
    assert page.status == 200
    assert "Counting carbs" in page.text
    assert not [form for form in page.forms if "enrol" in form.action]
    assert browser.get("/start/").status == 404
    assert "/signup/" not in " ".join(page.links)


def test_a_stranger_finds_the_patients_door_on_the_patients_course() -> None:
    page = Inside().get(f"/courses/{COURSE}/")
    assert "/accounts/signup/?as=patient" in page.links
    assert Inside().get("/start/").url.endswith("/accounts/login/?next=/start/")


def test_a_patient_who_opens_the_course_is_at_their_start_page(steps: Steps) -> None:
    assert steps.browser.get(f"/courses/{COURSE}/").url.endswith("/start/")
    assert steps.browser.get("/home/").url.endswith("/start/")


def test_the_start_page_lists_all_eighteen_steps(steps: Steps) -> None:
    page = steps.browser.get("/start/")
    assert "Welcome, Ximena." in page.text
    assert "The steps are numbered 0 to 17." in page.text
    assert page.text.count("step-row-text") == 18
    assert "come later" not in page.text


def test_while_a_step_is_to_be_done_those_done_before_it_are_folded(steps: Steps) -> None:
    steps.start()
    steps.answer()
    steps.go_on()
    page = steps.browser.get("/start/").text
    folded = page[page.index('class="done-steps"') : page.index("</details>")]
    assert "1 step done" in folded
    assert folded.count("step-row-text") == 1
    assert page.count("step-row-text") == 18
    assert page.count("Each opens when the one before it is done.") == 1


@pytest.mark.usefixtures("two_steps")
def test_the_start_page_says_what_is_here_and_what_comes_later(steps: Steps) -> None:
    page = steps.browser.get("/start/")
    assert "Welcome, Ximena." in page.text
    assert "The first 2 are here now; the others come later." in page.text
    assert "16 steps come later" in page.text
    assert page.text.count("Counting carbs") == 1
    assert "sign off" not in page.text  # nobody can yet


def test_a_step_says_its_number_and_the_second_is_locked_until_the_first_is_done(steps: Steps) -> None:
    page = steps.start()
    assert "Step 0 of 17" in page.text
    locked = steps.browser.get(f"/courses/{COURSE}/{STEPS[1]}/")
    assert locked.status == 403
    assert f"/courses/{COURSE}/{STEPS[0]}/" in locked.links


def test_a_step_is_not_done_before_its_question_is_answered_rightly(steps: Steps) -> None:
    steps.start()
    page = steps.go_on()
    assert page.status == 422
    assert "First, find the right answer to the question." in page.text
    assert "#check-sp-back-up" in page.links
    steps.browser.get(f"/courses/{COURSE}/{STEPS[0]}/")
    steps.answer(right=False)
    assert steps.go_on().status == 422
    steps.browser.get(f"/courses/{COURSE}/{STEPS[0]}/")
    steps.answer()
    assert steps.go_on().url.endswith(f"/{STEPS[1]}/")


def test_a_wrong_answer_is_explained_and_the_right_one_is_left_to_be_found(steps: Steps) -> None:
    steps.start()
    page = steps.answer(right=False)
    assert "Not this one." in page.text
    assert "then he needs another way" in page.text.casefold()
    assert "With a pen Leo is ready." not in page.text
    assert "This one." not in page.text
    assert "Check my answer" in page.text
    page = steps.answer()
    assert "With a pen Leo is ready." in page.text
    assert CheckAnswer.objects.filter(right=True).count() == 1


def test_a_step_done_leads_on_and_done_again_leads_on_again(steps: Steps) -> None:
    steps.start()
    steps.answer()
    assert steps.go_on().url.endswith(f"/{STEPS[1]}/")
    steps.browser.get(f"/courses/{COURSE}/{STEPS[0]}/")
    assert steps.go_on().url.endswith(f"/{STEPS[1]}/")


def test_the_last_step_done_leads_to_the_start_page(steps: Steps) -> None:
    assert steps.finish().url.endswith("/start/")


@pytest.mark.usefixtures("two_steps")
def test_after_the_last_step_the_start_page_says_what_is_done_and_what_comes_next(steps: Steps) -> None:
    steps.finish(2)
    page = steps.browser.get("/start/")
    assert "You have done every step that is here now." in page.text
    assert "Say what a pump does" in page.text
    assert "What comes next is step 2, Counting carbs. We are still writing it." in page.text
    assert len([link for link in page.links if f"/{COURSE}/" in link]) == 2  # to read again


@pytest.mark.usefixtures("two_steps")
def test_with_steps_still_to_be_written_nobody_has_completed_the_course(steps: Steps, patient: User) -> None:
    steps.finish(2)
    assert selectors.journey(Enrolment.objects.get(user=patient)).all_read
    assert not Completion.objects.exists()


def test_a_patients_course_ends_without_a_certificate() -> None:
    assert CERTIFICATE_REF not in version().last_refs
    assert CERTIFICATE_REF in version(TEACHERS).last_refs


def test_further_steps_reach_everyone_who_began_and_lose_nobodys_place(steps: Steps, two_steps: Path) -> None:
    steps.finish(2)
    for language in ("en", "es"):
        shutil.copy(two_steps / COURSE / f"ready.{language}.md", two_steps / COURSE / f"carbs.{language}.md")

    def add(course: Any) -> None:
        course["change"], course["pathway"][2]["lesson"] = "addition", "carbs"
        course["modules"][0]["lessons"].append("carbs")

    edit_course(two_steps, add)
    publish_draft(two_steps)
    page = steps.browser.get("/start/")
    assert "Go on with step 2." in page.text
    assert f"/courses/{COURSE}/carbs/" in page.links
    assert page.text.count("Read again") == 2


def test_an_addition_that_drops_a_step_is_refused(two_steps: Path) -> None:
    def drop(course: Any) -> None:
        course["change"] = "addition"
        del course["pathway"][1]["lesson"]
        course["modules"][0]["lessons"].remove(STEPS[1])

    edit_course(two_steps, drop)
    (two_steps / COURSE / "items/sp-exam.yaml").unlink()
    with pytest.raises(DomainError) as refused:
        publish_draft(two_steps)
    assert refused.value.code == "not_an_addition"


def test_a_guardians_pages_speak_of_the_childs_pump(make_person: Callable[..., User]) -> None:
    guardian = make_person(Role.PATIENT, name="Noor", guardian=True, child_name="Sam")
    steps = Steps(Inside.of(guardian))
    assert "This is for Sam’s pump." in steps.browser.get("/start/").text
    assert "You are reading this for Sam. “You” here means Sam, who will wear the pump." in steps.start().text
    steps.through()
    start = steps.browser.get("/start/").text
    assert "Now you and Sam can" in start


def test_someone_with_both_roles_keeps_steps_and_courses_apart(make_person: Callable[..., User]) -> None:
    browser = Inside.of(make_person(Role.PATIENT, Role.EDUCATOR))
    Steps(browser).start()
    home = browser.get("/home/")
    assert "Starting your pump" not in home.text
    assert "Starting your pump" not in browser.get("/transcript/").text
    assert {TEACHERS, COURSE} <= {
        link.split("/")[2] for link in browser.get("/courses/").links if "/courses/" in link[:9] and len(link) > 9
    }


def test_glucose_in_a_step_stands_in_the_readers_unit_first(make_person: Callable[..., User]) -> None:
    steps = Steps(Inside.of(make_person(Role.PATIENT, unit="mmol")))
    steps.start()
    steps.answer()
    page = steps.go_on()
    assert "3.9\u00a0mmol/L (70\u00a0mg/dL)" in page.text
    assert "mg/dL (" not in page.text


def test_the_answer_of_another_patient_is_not_ones_own(steps: Steps, make_person: Callable[..., User]) -> None:
    steps.start()
    form = steps.browser.page.form("/quizzes/check/")
    other = Steps(Inside.of(make_person(Role.PATIENT)))
    other.start()
    token = other.browser.page.form("/quizzes/check/").controls[0].value
    form.controls[0].value = token
    assert other.browser.submit(form, choice=choice(form, right=True)).status == 404


def test_the_picture_of_step_1_is_told_truly_and_in_the_readers_unit_first(steps: Steps, patient: User) -> None:
    steps.start()
    steps.answer()
    page = steps.go_on().text
    assert "between 70 and 180 mg/dL (3.9 and 10.0 mmol/L). Food takes it above the range." in page
    assert ">180\u00a0mg/dL (10.0\u00a0mmol/L)</text>" in page
    patient.unit = "mmol"
    patient.save()
    page = steps.browser.get(steps.browser.page.url).text
    assert ">10.0\u00a0mmol/L (180\u00a0mg/dL)</text>" in page
    assert "between 3.9 and 10.0 mmol/L (70 and 180 mg/dL)" in page
