"""The carbohydrate trainer: its start page, a plate to guess and its result, one's own plate, what was done so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.services import signed_in
from core import plates as pictures
from core.errors import DomainError
from courses.models import Enrolment
from quizzes.marking import Problem
from quizzes.models import TrainerRound
from quizzes.selectors import trainer as selectors
from quizzes.selectors import trainer_charts as charts
from quizzes.selectors import trainer_words as words
from quizzes.services import trainer as services
from quizzes.trainer import levels, plates

PAGE_SIZE, CHARTED, LATEST = 20, 8, 5
MOST_QUERY = 60
PLACES = {str(place) for place in range(1, plates.MOST_FOODS + 1)}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Two ways in. Posting takes the next plate, or goes back to the one that is open."""
    user = signed_in(request)
    if request.method == "POST":
        return redirect("trainer_round", services.lay(user=user, now=timezone.now()).pk)
    rounds = TrainerRound.objects.visible_to(user)
    latest = list(rounds.guessed().newest_first()[:LATEST])
    context = _level(selectors.level(user)) | {
        "open": rounds.open().filter(kind=TrainerRound.Kind.LAID).first(),
        "own": rounds.open().filter(kind=TrainerRound.Kind.OWN).exclude(plate=[]).first(),
        "latest": latest,
        "miss": selectors.miss_g(latest),
        "hard": selectors.hard_foods(user)[:LATEST] if latest else [],
        "count": len(selectors.foods()),
    }
    return render(request, "quizzes/trainer/home.html", context)


@login_required
@require_POST
def in_lesson(request: HttpRequest, enrolment_id: str) -> HttpResponse:
    """The next plate, whose result counts in the lesson where the trainer stands."""
    found = Enrolment.objects.visible_to(signed_in(request)).select_related("version__course")
    enrolment = get_object_or_404(found, pk=enrolment_id)
    return redirect("trainer_round", services.lay(user=signed_in(request), now=timezone.now(), enrolment=enrolment).pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def trainer_round(request: HttpRequest, round_id: str) -> HttpResponse:
    """A plate to guess; posting guesses. Guessed, it is its result."""
    rows = TrainerRound.objects.visible_to(signed_in(request)).select_related("enrolment__version__course", "user")
    found = get_object_or_404(rows, pk=round_id)
    if request.method == "POST":
        fields = dict(request.POST.lists())
        try:
            services.guess(round_=found, fields=fields, seen=request.POST.get("plate", ""), now=timezone.now())
        except services.NotGuessed as error:
            return render(request, "quizzes/trainer/plate.html", _plate(found, fields, error), status=422)
        except DomainError as error:
            if error.code not in ("plate_changed", "plate_empty"):
                raise
            messages.warning(request, error.message)
        return redirect("trainer_round", found.pk)
    if not found.is_open:
        return render(request, "quizzes/trainer/result.html", _result(found))
    return (
        render(request, "quizzes/trainer/plate.html", _plate(found, {}, None))
        if found.plate
        else redirect("trainer_own")
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def own(request: HttpRequest) -> HttpResponse:
    """Build a plate: look for foods, add, change and take off. What was looked for stays in the address."""
    user, query = signed_in(request), " ".join(request.GET.get("q", "")[:MOST_QUERY].split())
    category = request.GET.get("category", "")
    known = selectors.categories()
    category = category if category in dict(known) else ""
    if request.method == "POST":
        return _edit(request)
    rows = TrainerRound.objects.visible_to(user).open().filter(kind=TrainerRound.Kind.OWN)
    found = rows.first()
    foods, total = selectors.find(query, category) if query or category else ([], 0)
    context = {
        "round": found,
        "rows": selectors.laid_rows(found) if found else [],
        "mark": selectors.mark(found) if found else "",
        "picture": _picture(found) if found and found.plate else "",
        "choices": list(words.CHOICES.items()),
        "full": bool(found) and len(found.plate) >= plates.MOST_FOODS if found else False,
        "most": plates.MOST_FOODS,
        "query": query,
        "category": category,
        "categories": known,
        "foods": foods,
        "total": total,
        "count": len(selectors.foods()),
        "lying": {row["food"] for row in found.plate} if found else set(),
    }
    return render(request, "quizzes/trainer/own.html", context)


def _edit(request: HttpRequest) -> HttpResponse:
    """One change of the own plate; the portions chosen come with every button. A form of a plate that was changed
    meanwhile (a second press, another window) changes nothing: the page shows what lies there now."""
    user, sent = signed_in(request), request.POST
    found = TrainerRound.objects.visible_to(user).open().filter(kind=TrainerRound.Kind.OWN).first()
    at = "#on-it"
    if sent.get("plate", "") != (selectors.mark(found) if found else ""):
        messages.warning(request, _("The plate was changed in another window. This is how it is now."))
    else:
        removed = sent.get("remove", "")
        times = {place: sent.get(f"times-{place}", "") for place in range(1, plates.MOST_FOODS + 1)}
        services.change_plate(user=user, times=times, remove=int(removed) if removed in PLACES else None)
        if sent.get("add"):
            at = f"#food-{sent['add']}"
            try:
                services.add_food(user=user, food_id=sent["add"], now=timezone.now())
            except DomainError as error:
                if error.code != "plate_full":
                    raise
                messages.warning(request, error.message)
        elif sent.get("go") == "guess" and found:
            return redirect("trainer_round", found.pk)
    asked = request.GET.copy()
    if sent.get("go") == "find" or sent.get("kind"):
        asked, at = QueryDict(mutable=True), "#foods"
        asked.update({"q": sent.get("q", "")} if sent.get("q") and not sent.get("kind") else {})
        asked.update({"category": sent.get("kind") or sent.get("category", "")})
    return redirect(f"{reverse('trainer_own')}?{asked.urlencode()}{at}")


@login_required
@require_safe
@never_cache
def history(request: HttpRequest) -> HttpResponse:
    """Every plate that was guessed, how far off, the level, and which foods come back."""
    user = signed_in(request)
    rows = TrainerRound.objects.visible_to(user).guessed().newest_first()
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    latest = list(rows[: 2 * LATEST])
    context = _level(selectors.level(user)) | {
        "page": page,
        "lines": [selectors.line(row) for row in page.object_list],
        "hard": selectors.hard_foods(user),
        "chart": charts.misses(latest[:CHARTED]),
        "now": selectors.miss_g(latest[:LATEST]),
        "before": selectors.miss_g(latest[LATEST:]) if len(latest) == 2 * LATEST else None,
        "last": LATEST,
    }
    return render(request, "quizzes/trainer/history.html", context)


def _level(level: int) -> dict[str, Any]:
    most = len(levels.LEVELS)
    return {
        "level": level,
        "levels": most,
        "level_words": words.LEVELS[level],
        "level_steps": pictures.level_steps(level, most),
        "up_after": levels.UP_AFTER,
    }


def _picture(found: TrainerRound) -> str:
    rows = selectors.laid_rows(found)
    label = _("A drawn plate with: %(foods)s") % {
        "foods": "; ".join(f"{row.n} {row.name}, {row.portion}" for row in rows)
    }
    return selectors.picture(found, label)


def _plate(
    found: TrainerRound, fields: Mapping[str, Sequence[str]], refused: services.NotGuessed | None
) -> dict[str, Any]:
    rows, problems = selectors.laid_rows(found), refused.problems if refused else {}
    names = [*(row.field for row in rows), services.TOTAL] if len(rows) > 1 else [services.TOTAL]
    boxes = {
        name: {
            "name": name,
            "value": (fields.get(name) or [""])[0],
            "sorry": words.problem(problems[name]) if name in problems else "",
            "parts": {"readings": _readings(problems.get(name), fields)},
        }
        for name in names
    }
    return {
        "round": found,
        "lines": [(row, boxes.get(row.field)) for row in rows],
        "total": boxes[services.TOTAL],
        "faults": [box for box in boxes.values() if box["sorry"]],
        "mark": selectors.mark(found),
        "picture": _picture(found),
    } | (_level(found.level) if found.level else {})


def _readings(problem: Problem | None, fields: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """What a number may have meant that can be read in two ways, to choose from."""
    if problem is None or "readings" not in problem.values:
        return []
    name = f"{problem.field}-reading"
    chosen = (fields.get(name) or [""])[0]
    options = [{"value": value, "chosen": value == chosen} for value in problem.values["readings"]]
    return [{"name": name, "typed": problem.values["typed"], "options": options}]


def _result(found: TrainerRound) -> dict[str, Any]:
    rows = selectors.counted_rows(found)
    after = services.level_after(found)
    newest = not TrainerRound.objects.visible_to(found.user).guessed().filter(guessed_at__gt=found.guessed_at).exists()
    return {
        "round": found,
        "rows": rows,
        "line": selectors.line(found),
        "picture": charts.result(found, rows),
        "bars": charts.guesses(found, rows),
        "worst": selectors.worst(found, rows),
        "estimates": any(row.estimate for row in rows),
        "alcohol": any(selectors.is_alcohol(one.food) for one in found.helpings),
        "moved": after - found.level if found.level and newest else 0,
        "back": _back(found),
    } | (_level(after) if found.level else {})


def _back(found: TrainerRound) -> str:
    """The lesson this plate was taken in, at the trainer's card."""
    if found.enrolment is None:
        return ""
    try:
        slug = services.lesson_of(found.enrolment)
    except DomainError:
        return ""
    return reverse("lesson", args=[found.enrolment.version.course.slug, slug]) + "#trainer-carbs"
