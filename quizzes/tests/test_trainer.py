"""The carbohydrate trainer through its pages: a plate laid or built, guessed once, counted, kept, told to a lesson."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Role, User
from accounts.services import revoke
from core.errors import DomainError
from courses import selectors as course_selectors
from courses import services as courses
from courses.models import ActivityResult, Enrolment, LessonProgress
from edu.browser import Form, Page
from edu.curriculum import load
from quizzes.models import TrainerRound
from quizzes.selectors import trainer as selectors
from quizzes.services import trainer as services
from quizzes.trainer import plates
from tests.api import Program
from tests.curriculum import LATER, WHOLE
from tests.inside import Inside
from tests.patients import COURSE, STEPS, Steps, choice

pytestmark = pytest.mark.django_db
RICE, JUICE, CHICKEN = "rice-white-long-grain-cooked", "orange-juice", "chicken-breast-roasted-without-skin"
PIZZA = "cheese-pizza-regular-crust"


@pytest.fixture
def patient(make_person: Callable[..., User]) -> User:
    return make_person(Role.PATIENT, name="Noor")


@pytest.fixture
def mine(patient: User) -> Inside:
    return Inside.of(patient)


def laid(user: User, *foods: str, times: str = "1", level: int = 3) -> TrainerRound:
    helpings = []
    for ident in foods:
        found = selectors.food(ident)
        assert found, ident
        helpings.append(plates.helping(found, Decimal(times)))
    kind, plate = TrainerRound.Kind.LAID, plates.as_json(tuple(helpings))
    return TrainerRound.objects.create(user=user, kind=kind, level=level, plate=plate)


def open_plate(browser: Inside, row: TrainerRound) -> Page:
    return browser.get(f"/carbs/plates/{row.pk}/")


def guessed(browser: Inside, row: TrainerRound, **typed: str) -> Page:
    values = {name.replace("_", "-"): value for name, value in typed.items()}
    return browser.send(open_plate(browser, row).form("/carbs/plates/"), values)


def take(browser: Inside) -> Page:
    """Press the first of the two doors."""
    return browser.submit(browser.get("/carbs/").form("/carbs/"))


def round_of(page: Page) -> TrainerRound:
    return TrainerRound.objects.get(pk=page.url.rstrip("/").rpartition("/")[2])


def words(page: Page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).replace("&nbsp;", " ").replace("\u00a0", " ").split())


def main(page: Page) -> str:
    """What is the page's own, with all its attributes; of an answer that is no page, all of it."""
    _before, _tag, after = page.text.rpartition("<main")
    return re.sub(
        r"[0-9a-f]{8}-[0-9a-f-]{27}|value=\"[0-9a-f]{16}\"|value=\"\w{64}\"|\d[\d.]* [\d.]+|=\"[\d.]+\"",
        "",
        after.partition("</main>")[0],
    )


# --- a plate for you --------------------------------------------------------------------------------------------------


def test_the_first_plate_is_one_food_of_level_one_and_its_guess_shows_what_it_has(mine: Inside) -> None:
    page = take(mine)
    row = round_of(page)
    assert (row.kind, row.level, len(row.plate)) == ("laid", 1, 1)
    assert "How many grams of carbs are here?" in page.text
    result = mine.submit(page.form("/carbs/plates/"), total="20")
    counted = plates.total_g(row.helpings)
    assert f"You guessed 20 g. The plate has {counted} g." in words(result)
    row.refresh_from_db()
    assert (row.guess_g, row.counted_g) == (Decimal(20), counted)
    assert row.close is not None


def test_asking_again_leads_back_to_the_open_plate(mine: Inside) -> None:
    first, second = round_of(take(mine)), round_of(take(mine))
    assert first == second
    assert "Go on with your plate" in mine.get("/carbs/").text
    assert TrainerRound.objects.count() == 1


def test_what_a_plate_holds_reaches_no_page_before_its_guess(
    mine: Inside, patient: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every food is given carbohydrate that stands nowhere else, and is then looked for wherever one can look."""
    strange = tuple(replace(one, carb_g=Decimal("63.17"), fiber_g=Decimal("47.39")) for one in selectors.foods())
    monkeypatch.setattr(selectors, "foods", lambda: strange)
    row = round_of(take(mine))
    services.add_food(user=patient, food_id=RICE, now=timezone.now())
    own = TrainerRound.objects.get(kind="own")
    for address in ("/carbs/", f"/carbs/plates/{row.pk}/", "/carbs/own/?q=rice", "/carbs/history/", "/start/"):
        mine.get(address)
    open_plate(mine, own)
    guessed(mine, row, total="?")
    mine.get("/api/v1/trainer/plates/")
    mine.get(f"/api/v1/trainer/plates/{row.pk}/")
    answers = ("63", "47", "126", "d-got", "d-missed")
    said = [
        (page.url, one) for page in mine.seen for one in answers if re.search(rf"(?<![\w-]){one}(?!\w)", main(page))
    ]
    assert said == []
    assert "63 g" in words(guessed(mine, row, total="20"))


def test_grams_by_food_are_added_up_and_each_is_told_beside_its_count(mine: Inside, patient: User) -> None:
    page = guessed(mine, laid(patient, RICE, CHICKEN), food_1="30", food_2="0")
    said = words(page)
    assert "You guessed 30 g. The plate has 45 g. 15 g too few. That is a bit off." in said
    assert "You missed this one the most: Rice, white long-grain cooked 15 g too few." in said
    assert "You guessed 0 g: just right." in said
    assert "Rice, white long-grain cooked: 45\u00a0g" in page.text  # what the picture says to those who do not see it
    assert page.text.count('class="d-missed"') == 3 + 1  # 15 g and its line below the plate
    assert page.text.count('class="d-got"') == 6 + 1


def test_a_whole_plate_may_be_guessed_alone(mine: Inside, patient: User) -> None:
    page = guessed(mine, laid(patient, RICE, CHICKEN), total="40")
    assert "You guessed 40 g. The plate has 45 g. 5 g too few. That is close." in words(page)
    assert "You missed this one" not in page.text
    assert TrainerRound.objects.get().by_food == (None, None)


def test_an_odd_portion_and_a_forgotten_drink_are_explained(mine: Inside, patient: User) -> None:
    said = words(guessed(mine, laid(patient, RICE, JUICE, times="2"), food_1="45", food_2="0"))
    assert "The usual portion has 44.5 g. Here it is 2 times that: 89 g." in said
    assert "Drinks, milk, sweets and sauces are easy to forget. This one has 26 g." in said


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"total": ""}, "Write how many grams you guess. 0 is a number too."),
        ({"total": "lots"}, "“lots” was not read as a number. Write grams in digits, such as 45."),
        ({"total": "3 exchanges"}, "Write grams only, such as 45."),
        ({"total": "-5"}, "Write grams from 0 to 999."),
        ({"total": "4500"}, "Write grams from 0 to 999."),
        ({"total": ".5"}, "Write 0 before it."),
        ({"food_1": "30"}, "Write a number for each food, or one for the whole plate."),
        ({"food_1": "30", "food_2": "x1"}, "“x1” was not read as a number."),
    ],
)
def test_what_is_no_guess_is_asked_again_with_everything_typed(
    mine: Inside, patient: User, typed: dict[str, str], says: str
) -> None:
    page = guessed(mine, laid(patient, RICE, CHICKEN), **typed)
    assert page.status == 422
    assert says in page.text
    for name, value in typed.items():
        control = next(c for c in page.form("/carbs/plates/").controls if c.name == name.replace("_", "-"))
        assert control.value == value
    assert TrainerRound.objects.get().is_open


def test_a_decimal_comma_and_a_unit_are_read_and_two_ways_are_asked_about(mine: Inside, patient: User) -> None:
    row = laid(patient, RICE, CHICKEN)
    page = guessed(mine, row, food_1="1,234", food_2="0,5 g")
    assert "“1,234” can be read in two ways." in page.text
    form = page.form("/carbs/plates/")
    assert [control.value for control in form.choices("food-1-reading")] == ["1.234", "1234"]
    mine.send(form, {"food-1-reading": "1.234"})
    row.refresh_from_db()
    assert (row.by_food, row.guess_g) == ((Decimal("1.23"), Decimal("0.5")), Decimal("1.73"))


def test_pressed_twice_the_first_guess_stands(mine: Inside, patient: User) -> None:
    row = laid(patient, RICE)
    form = open_plate(mine, row).form("/carbs/plates/")
    first = mine.submit(form, total="30")
    again = mine.submit(form, total="45")
    assert "You guessed 30 g." in words(again)
    assert (again.status, first.url) == (200, again.url)
    assert TrainerRound.objects.get().guess_g == 30


def test_a_guessed_round_is_changed_by_nobody(mine: Inside, patient: User) -> None:
    row = laid(patient, RICE)
    guessed(mine, row, total="30")
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainerRound.objects.filter(pk=row.pk).update(guess_g=45)


def test_two_open_plates_of_a_kind_cannot_be(patient: User) -> None:
    laid(patient, RICE)
    with pytest.raises(IntegrityError), transaction.atomic():
        laid(patient, CHICKEN)


# --- difficulty -------------------------------------------------------------------------------------------------------


def play(browser: Inside, *, close: bool) -> TrainerRound:
    page = take(browser)
    row = round_of(page)
    grams = plates.total_g(row.helpings) + (0 if close else 50)
    browser.submit(page.form("/carbs/plates/"), total=str(grams))
    return row


def test_three_close_plates_lead_a_level_up_and_two_that_are_not_lead_back(mine: Inside) -> None:
    found = [play(mine, close=True).level for _ in range(3)]
    assert found == [1, 1, 1]
    assert "Your next plate is on level 2." in mine.page.text
    assert [play(mine, close=False).level for _ in range(2)] == [2, 2]
    assert "Your next plate is on level 1." in mine.page.text
    assert play(mine, close=True).level == 1


def test_a_missed_food_is_named_and_comes_back_after_one_other_plate(mine: Inside, patient: User) -> None:
    guessed(mine, laid(patient, "banana", level=1), total="80")
    assert "Banana" in mine.get("/carbs/").text
    between = play(mine, close=True)
    assert "banana" not in {one.food for one in between.helpings}
    assert {one.food for one in play(mine, close=True).helpings} == {"banana"}
    assert "Banana" not in words(mine.get("/carbs/"))


def test_an_own_plate_does_not_move_the_level(mine: Inside, patient: User) -> None:
    for _ in range(3):
        services.add_food(user=patient, food_id=RICE, now=timezone.now())
        guessed(mine, TrainerRound.objects.get(kind="own", guessed_at=None), total="45")
    assert selectors.level(patient) == 1


# --- your own plate ---------------------------------------------------------------------------------------------------


def test_a_plate_is_built_food_by_food_and_guessed(mine: Inside) -> None:
    page = mine.get("/carbs/own/")
    assert "Your plate is empty" in page.text
    page = mine.get("/carbs/own/?q=ORÁNGE+juice")
    assert "1 food" in words(page)
    page = mine.send(page.form("/carbs/own/?q"), {"add": JUICE})
    assert "?q=" in page.url
    assert "1 food on your plate" in page.text
    page = mine.get("/carbs/own/?category=grains")
    page = mine.send(page.form("/carbs/own/?category"), {"add": RICE})
    form = next(form for form in page.forms if any(control.name == "times-1" for control in form.controls))
    page = mine.send(form, {"times-1": "2", "go": "guess"})
    assert "two times this: 1/2 cup (4 fl oz)" in words(page)
    page = mine.submit(page.form("/carbs/plates/"), total="60")
    assert "The plate has 71 g." in words(page)
    assert "Build another plate" in page.text


def test_a_food_is_found_in_either_language_without_its_accents(mine: Inside) -> None:
    for asked in ("platano maduro", "PLANTAIN ripe"):
        assert "Plantain, ripe fried (maduros)" in mine.get(f"/carbs/own/?q={asked.replace(' ', '+')}").text
    assert "No food is called “zeppelin” here." in mine.get("/carbs/own/?q=zeppelin").text
    assert "The first 40 of" in words(mine.get("/carbs/own/?q=a"))
    assert "231 foods" in words(mine.get("/carbs/own/"))


def test_a_food_is_taken_off_again_and_a_second_press_takes_off_no_other(mine: Inside, patient: User) -> None:
    for ident in (RICE, JUICE, CHICKEN):
        services.add_food(user=patient, food_id=ident, now=timezone.now())
    form = mine.get("/carbs/own/").form("/carbs/own/")
    form = next(form for form in mine.page.forms if any(control.name == "times-1" for control in form.controls))
    for _ in range(2):
        mine.send(form, {"remove": "1"})
    assert [one.food for one in TrainerRound.objects.get().helpings] == [JUICE, CHICKEN]


def test_portions_chosen_stay_when_a_food_is_added_looked_for_or_a_kind_is_opened(mine: Inside, patient: User) -> None:
    services.add_food(user=patient, food_id=RICE, now=timezone.now())
    for portion, press in (("2", {"add": JUICE}), ("3", {"go": "find", "q": "beans"}), ("0.5", {"kind": "grains"})):
        page = mine.send(_own_form(mine), {"times-1": portion, **press})
        assert page.status == 200
        assert str(TrainerRound.objects.get().helpings[0].times) == portion
    assert mine.page.url.endswith("?category=grains#foods")
    assert [one.food for one in TrainerRound.objects.get().helpings] == [RICE, JUICE]


def test_a_plate_changed_in_another_window_is_not_guessed_from_this_one(mine: Inside, patient: User) -> None:
    services.add_food(user=patient, food_id=RICE, now=timezone.now())
    form = _own_form(mine)
    services.add_food(user=patient, food_id=JUICE, now=timezone.now())
    page = mine.send(form, {"times-1": "3", "go": "guess"})
    assert "The plate was changed in another window. This is how it is now." in page.text
    assert "2 foods on your plate" in page.text
    assert str(TrainerRound.objects.get().helpings[0].times) == "1"


@pytest.mark.parametrize("portion", ["sNaN", "2E0", "١", "7", ""])
def test_a_portion_that_is_not_on_offer_changes_nothing(mine: Inside, patient: User, portion: str) -> None:
    services.add_food(user=patient, food_id=RICE, now=timezone.now())
    assert mine.send(_own_form(mine), {"times-1": portion, "go": "stay"}).status == 200
    assert str(TrainerRound.objects.get().helpings[0].times) == "1"


def _own_form(mine: Inside) -> Form:
    return mine.get("/carbs/own/").form("own-plate")


def test_foods_of_the_last_two_plates_are_not_laid_again_however_they_were_guessed(mine: Inside, patient: User) -> None:
    seen: list[set[str]] = []
    for _ in range(12):
        row = services.lay(user=patient, now=timezone.now())
        laid = {one.food for one in row.helpings}
        assert not laid & set().union(*seen[-2:])
        seen.append(laid)
        fields = {"total": [str(plates.total_g(row.helpings))]}
        services.guess(round_=row, fields=fields, seen=selectors.mark(row), now=timezone.now())


def test_without_a_table_of_foods_the_doors_say_so(mine: Inside, tmp_path: Path, settings: Any) -> None:
    settings.CURRICULUM_DIR = tmp_path
    form = mine.get("/carbs/").form("/carbs/")
    refused = mine.submit(form)
    assert (refused.status, "There is no table of foods here yet." in refused.text) == (404, True)
    assert mine.get("/carbs/own/").status == 200


def test_nine_foods_do_not_fit_and_a_food_nobody_knows_is_refused(mine: Inside, patient: User) -> None:
    for _ in range(8):
        services.add_food(user=patient, food_id=RICE, now=timezone.now())
    with pytest.raises(DomainError) as refused:
        services.add_food(user=patient, food_id=JUICE, now=timezone.now())
    assert refused.value.code == "plate_full"
    assert "The plate is full: 8 foods." in mine.get("/carbs/own/?q=rice").text
    with pytest.raises(DomainError) as unknown:
        services.add_food(user=patient, food_id="nothing", now=timezone.now())
    assert unknown.value.status == 404


def test_a_guess_at_a_plate_that_was_changed_meanwhile_is_not_taken(mine: Inside, patient: User) -> None:
    services.add_food(user=patient, food_id=RICE, now=timezone.now())
    row = TrainerRound.objects.get()
    form = open_plate(mine, row).form("/carbs/plates/")
    services.add_food(user=patient, food_id=JUICE, now=timezone.now())
    page = mine.submit(form, total="45")
    assert "The plate was changed in another window." in page.text
    assert TrainerRound.objects.get().is_open


def test_a_plate_of_drinks_alone_is_drawn_and_alcohol_says_whom_to_ask(mine: Inside, patient: User) -> None:
    services.add_food(user=patient, food_id="beer-regular", now=timezone.now())
    page = guessed(mine, TrainerRound.objects.get(), total="13")
    assert "Ask your care team before you drink." in page.text


# --- in a lesson ------------------------------------------------------------------------------------------------------


@pytest.fixture
def at_counting(patient: User, mine: Inside) -> Steps:
    """At the step on counting, with those before it done."""
    version, now = course_selectors.published(COURSE), timezone.now()
    assert version
    enrolment = courses.enrol(user=patient, version=version, now=now)
    for slug in STEPS[:2]:
        LessonProgress.objects.create(enrolment=enrolment, lesson_slug=slug, done_at=now)
    steps = Steps(mine)
    steps.browser.get(f"/courses/{COURSE}/{STEPS[2]}/")
    return steps


def test_a_step_asks_for_one_plate_and_goes_on_after_it_whatever_the_guess(at_counting: Steps) -> None:
    browser = at_counting.browser
    form = browser.page.form("/quizzes/check/")
    browser.submit(form, choice=choice(form, right=True))
    refused = at_counting.go_on()
    assert refused.status == 422
    assert "Before you go on, do what is still open on this page:" in refused.text
    assert "#trainer-carbs" in refused.text
    at_counting.guess_plate(total="999")
    assert "You guessed 999 g." in words(browser.page)
    assert at_counting.go_on().url.endswith(f"/{STEPS[3]}/")
    result = ActivityResult.objects.get(activity="trainer:carbs")
    assert (result.outcome, result.points, result.evidence) == (
        "answered",
        Decimal(0),
        f"trainer:{TrainerRound.objects.get().pk}",
    )


def test_a_close_guess_passes_and_the_same_round_counts_once(at_counting: Steps, patient: User) -> None:
    row = services.lay(user=patient, now=timezone.now(), enrolment=Enrolment.objects.get())
    fields = {"total": [str(plates.total_g(row.helpings))]}
    for _ in range(2):
        services.guess(round_=row, fields=fields, seen=selectors.mark(row), now=timezone.now())
    result = ActivityResult.objects.get()
    assert (result.outcome, result.points, result.max_points) == ("passed", Decimal(1), Decimal(1))


def test_a_plate_begun_elsewhere_counts_in_the_lesson_that_asks_for_it(at_counting: Steps, mine: Inside) -> None:
    outside = round_of(take(mine))
    mine.get(f"/courses/{COURSE}/{STEPS[2]}/")
    at_counting.guess_plate()
    assert ActivityResult.objects.get().evidence == f"trainer:{outside.pk}"


def test_a_plate_outside_a_lesson_is_no_result_of_a_course(mine: Inside) -> None:
    play(mine, close=True)
    assert not ActivityResult.objects.exists()


def test_a_lesson_that_is_not_open_yet_lays_no_plate(patient: User, mine: Inside) -> None:
    steps = Steps(mine)
    steps.start()
    mine.client.handler.enforce_csrf_checks = False
    answer = mine.client.post(f"/carbs/in/{Enrolment.objects.get().pk}/")
    assert answer.status_code == 403
    assert not TrainerRound.objects.exists()


def test_a_role_taken_away_lays_no_plate_for_a_course_and_keeps_the_guess_out_of_it(
    at_counting: Steps, patient: User, make_person: Callable[..., User]
) -> None:
    enrolment, now = Enrolment.objects.get(), timezone.now()
    row = services.lay(user=patient, now=now, enrolment=enrolment)
    revoke(user=patient, role=Role.PATIENT, revoked_by=make_person(Role.ADMIN), now=now)
    with pytest.raises(DomainError) as refused:
        services.lay(user=patient, now=now, enrolment=enrolment)
    assert refused.value.code == "role_gone"
    services.guess(round_=row, fields={"total": ["30"]}, seen=selectors.mark(row), now=now)
    assert TrainerRound.objects.get().guess_g == 30
    assert not ActivityResult.objects.exists()


def test_it_waits_on_the_start_page_and_on_the_educators_course_page(
    at_counting: Steps, make_educator: Callable[..., User]
) -> None:
    assert at_counting.browser.get("/start/").link("/carbs/")
    load(WHOLE, publish=True)
    teacher = make_educator()
    version = course_selectors.published(LATER)
    assert version
    browser = Inside.of(teacher)
    assert "/carbs/" not in browser.get(f"/courses/{LATER}/").text
    courses.enrol(user=teacher, version=version, now=timezone.now())
    assert browser.get(f"/courses/{LATER}/").link("/carbs/")


# --- kept, and whose --------------------------------------------------------------------------------------------------


def test_every_round_is_in_the_history_with_the_average_of_the_last(mine: Inside, patient: User) -> None:
    assert "Take the first plate" in mine.get("/carbs/history/").text
    guessed(mine, laid(patient, RICE), total="30")
    guessed(mine, laid(patient, PIZZA), total="36")
    said = words(mine.get("/carbs/history/"))
    assert "Lately you are 8 g off." in said
    assert "15 g too few" in said
    assert "30 g guessed, 45 g there" in said
    assert said.count("Rice, white long-grain cooked") == 2  # its round, and among the foods to look at again


def test_a_round_is_nobody_elses(mine: Inside, patient: User, make_person: Callable[..., User]) -> None:
    row = laid(patient, RICE)
    other = Inside.of(make_person(Role.PATIENT))
    assert open_plate(other, row).status == 404
    assert "Go on with your plate" not in other.get("/carbs/").text
    guessed(mine, row, total="30")
    assert "Rice" not in other.get("/carbs/history/").text


def test_fifty_rounds_cost_as_many_queries_as_five(
    mine: Inside, patient: User, django_assert_max_num_queries: Any
) -> None:
    def rounds(count: int) -> None:
        for _ in range(count):
            row = laid(patient, RICE, CHICKEN)
            services.guess(round_=row, fields={"total": ["30"]}, seen=selectors.mark(row), now=timezone.now())

    rounds(5)
    for address in ("/carbs/", "/carbs/history/", "/api/v1/trainer/plates/"):
        with django_assert_max_num_queries(50) as few:
            mine.get(address)
        before = len(few)
        rounds(15)
        with django_assert_max_num_queries(before):
            mine.get(address)


def test_it_speaks_of_grams_and_never_of_insulin_or_a_dose(mine: Inside, patient: User) -> None:
    guessed(mine, laid(patient, RICE, JUICE, CHICKEN), food_1="10", food_2="0", food_3="20")
    pages = [mine.page, *(mine.get(address) for address in ("/carbs/", "/carbs/own/?q=rice", "/carbs/history/"))]
    for page in pages:
        told = re.sub(r"<[^>]+>", " ", main(page))
        assert not re.search(r"insulin|dose|bolus|units|ratio", told, re.IGNORECASE), page.url


def test_every_word_of_it_is_spanish_for_a_reader_of_spanish(make_person: Callable[..., User]) -> None:
    reader = make_person(Role.PATIENT, language="es")
    browser = Inside.of(reader)
    page = guessed(browser, laid(reader, RICE, JUICE, CHICKEN, times="2"), food_1="10", food_2="0", food_3="20")
    said = words(page)
    assert "Usted calculó 30 g. El plato tiene 115 g. 85 g de menos. Está muy lejos." in said
    assert "Arroz blanco de grano largo, cocido" in said
    assert "dos veces esto: 1/2 taza (120 ml)" in said
    for text in ("Rice", "guess", "You ", "plate", "portion"):
        assert text not in said


# --- for programs -----------------------------------------------------------------------------------------------------


def test_a_program_takes_a_plate_guesses_it_and_reads_what_it_held(make_person: Callable[..., User]) -> None:
    program = Program(make_person(Role.PATIENT))
    made = program.post("trainer/plates/")
    assert made.status_code == 201
    plate = made.json()
    assert (plate["counted_g"], plate["verdict"], plate["foods"][0]["counted_g"]) == (None, None, None)
    assert program.post("trainer/plates/").status_code == 200
    refused = program.post(f"trainer/plates/{plate['id']}/guess/", fields={"total": ["lots"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "not_read")
    changed = program.post(f"trainer/plates/{plate['id']}/guess/", fields={"total": ["20"]}, mark="another")
    assert (changed.status_code, changed.json()["code"]) == (409, "plate_changed")
    done = program.post(f"trainer/plates/{plate['id']}/guess/", fields={"total": ["20"]}, mark=plate["mark"]).json()
    assert done["guess_g"] == 20
    assert done["foods"][0]["counted_g"] == done["counted_g"] is not None
    again = program.post(f"trainer/plates/{plate['id']}/guess/", fields={"total": ["99"]}).json()
    assert again["guess_g"] == 20
    assert program.get("trainer/plates/").json()["count"] == 1
