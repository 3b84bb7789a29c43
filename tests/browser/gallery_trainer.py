"""The carbohydrate trainer in every state, for the gallery: named trainer-…; patients' pages, and an educator's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from courses import selectors, services
from courses.models import LessonProgress
from quizzes.models import TrainerRound
from quizzes.selectors import trainer as trainer_selectors
from quizzes.services import trainer
from quizzes.trainer import plates
from tests.browser.patients_gallery import steps
from tests.inside import Inside
from tests.patients import COURSE, STEPS

Add = Callable[..., None]
MEAL = (
    *(("rice-and-black-beans-arroz-con-frijoles-negros", "1.5"), ("plantain-ripe-fried-maduros", "1")),
    *(("chicken-breast-roasted-without-skin", "1"), ("orange-juice", "2")),
)
LONG = (
    *(
        "rice-white-long-grain-cooked-one-third-cup",
        "steamed-bun-with-pork-bao",
        "pho-with-beef-noodle-portion-plus-broth",
    ),
    *("stuffed-grape-leaves-with-rice", "gulab-jamun", "cola-regular", "yogurt-greek-plain-nonfat", "romaine-lettuce"),
)


def add_trainer(add: Add, make: Callable[..., User]) -> None:
    """Nothing done yet; a plate laid, refused, guessed well, far off and as a whole; one's own plate; the history."""
    new = steps("Ada")
    add("trainer-new", "/carbs/", new.browser)
    add("trainer-history-empty", "/carbs/history/", new.browser)
    add("trainer-own-empty", "/carbs/own/", new.browser)
    add("trainer-own-found", "/carbs/own/?q=rice", new.browser)
    add("trainer-own-nothing", "/carbs/own/?q=zeppelin", new.browser)
    person = steps("Mia")
    user = User.objects.get(pk=person.browser.client.session["_auth_user_id"])
    open_round = laid(user, MEAL, level=4)
    add("trainer-plate", f"/carbs/plates/{open_round.pk}/", person.browser)
    add("trainer-plate-refused", f"/carbs/plates/{open_round.pk}/", person.browser, _guess_badly)
    far = steps("Leo")
    results(add, User.objects.get(pk=far.browser.client.session["_auth_user_id"]), far.browser)
    builder = steps("Noor")
    owner, now = User.objects.get(pk=builder.browser.client.session["_auth_user_id"]), timezone.now()
    for food in LONG:
        trainer.add_food(user=owner, food_id=food, now=now)
    add("trainer-own-full", "/carbs/own/?category=latin-american", builder.browser)
    add("trainer-own-guess", f"/carbs/plates/{owner.trainer_rounds.get().pk}/", builder.browser)
    learner = steps("Ximena")
    add("trainer-step", _to_step(learner), learner.browser)
    teacher = make(name="Rae Reader")
    results(lambda name, path, who: add(f"{name}-educator", path, who), teacher, Inside.of(teacher))


def results(add: Add, user: User, browser: Inside) -> None:
    """A history over some weeks, its latest plate far off."""
    start = timezone.now() - timedelta(days=20)
    for number, (food, off) in enumerate(
        (("apple-raw-with-skin", 2), ("banana", -12), ("pasta-spaghetti-cooked", -16))
    ):
        done(user, [(food, "1")], [None], start + timedelta(days=number), level=1, off=off)
    for number, off in enumerate((-14, 9, 4, -3, 6, 2, 0), start=4):
        plate = [("potato-russet-baked-with-skin", "1"), ("chicken-breast-roasted-without-skin", "1")]
        done(user, plate, [None, None], start + timedelta(days=number), level=2, off=off)
    close = done(user, [("cheese-pizza-regular-crust", "1")], ["35"], timezone.now() - timedelta(hours=3), level=1)
    whole = done(user, MEAL, [None] * 4, timezone.now() - timedelta(hours=2), level=4, off=-12)
    far = done(user, MEAL, ["30", "20", "6", "0"], timezone.now() - timedelta(hours=1), level=4)
    add("trainer-close", f"/carbs/plates/{close.pk}/", browser)
    add("trainer-whole", f"/carbs/plates/{whole.pk}/", browser)
    add("trainer-far", f"/carbs/plates/{far.pk}/", browser)
    add("trainer-home", "/carbs/", browser)
    add("trainer-history", "/carbs/history/", browser)


def laid(user: User, foods: Sequence[tuple[str, str]], *, level: int, at: datetime | None = None) -> TrainerRound:
    """A plate of these foods (id, times) as the trainer would lay it."""
    helpings = []
    for ident, times in foods:
        food, often = trainer_selectors.food(ident), plates.times_of(times)
        assert food, ident
        assert often, times
        helpings.append(plates.helping(food, often))
    return TrainerRound.objects.create(
        user=user,
        kind=TrainerRound.Kind.LAID,
        level=level,
        plate=plates.as_json(tuple(helpings)),
        laid_at=at or timezone.now(),
    )


def done(
    user: User,
    foods: Sequence[tuple[str, str]],
    guesses: Sequence[str | None],
    at: datetime,
    *,
    level: int,
    off: int = 0,
) -> TrainerRound:
    """The same, guessed: food by food, or as a whole, so many grams `off`."""
    found = laid(user, foods, level=level, at=at)
    fields = {f"food-{n}": [guess] for n, guess in enumerate(guesses, start=1) if guess is not None}
    if None in guesses or len(guesses) == 1:
        total = plates.total_g(found.helpings) + off if guesses[0] is None else guesses[0]
        fields = {"total": [str(total)]}
    return trainer.guess(round_=found, fields=fields, seen=trainer_selectors.mark(found), now=at)


def _to_step(new: Any) -> str:
    """The step of counting for someone who has come so far."""
    user = User.objects.get(pk=new.browser.client.session["_auth_user_id"])
    version = selectors.published(COURSE)
    assert version
    enrolment = services.enrol(user=user, version=version, now=timezone.now())
    for slug in STEPS[:2]:
        LessonProgress.objects.create(enrolment=enrolment, lesson_slug=slug, done_at=timezone.now())
    return f"/courses/{COURSE}/{STEPS[2]}/"


def _guess_badly(page: Any) -> None:
    page.fill("#food-1", "about 40")
    page.fill("#food-2", "1,234")
    page.fill("#food-3", "0")
    page.click(".trainer-plate button[type=submit]")
    page.locator(".error-summary").wait_for()
