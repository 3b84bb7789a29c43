"""What a question said before: an earlier version, what differs between any two, and a draft begun from one."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role
from accounts.services import signed_in
from core.errors import DomainError
from quizzes.selectors import bank as reads
from quizzes.selectors import difference
from quizzes.services import authoring
from quizzes.views.showing import framing, item_of, learners_view, staff, whole


@framing
@staff
@require_http_methods(["GET", "HEAD", "POST"])
def item_version(request: HttpRequest, item_id: str, number: int) -> HttpResponse:
    """One published version, to be read; posting begins a draft from it."""
    bench = reads.bench(item_of(request, item_id))
    past = next((row for row in reads.history(bench.item) if row.version.number == number), None)
    if past is None:
        raise Http404
    if request.method != "POST":
        return _page(request, bench, past)
    stamp = request.POST.get("stamp", "")
    try:
        authoring.draft_from(
            item=bench.item, version=past.version, stamp=stamp, actor=signed_in(request), now=timezone.now()
        )
    except DomainError as error:
        if error.code not in ("draft_exists", "unchanged", "changed_meanwhile"):
            raise
        return _page(request, reads.bench(bench.item), past, status=409, problem=error)
    messages.success(request, _("This draft says what version %(number)s said.") % {"number": number})
    return redirect("item", item_id)


def _page(
    request: HttpRequest, bench: reads.Bench, past: reads.Past, *, status: int = 200, problem: DomainError | None = None
) -> HttpResponse:
    content = past.version.content
    newest = bench.newest.content if bench.newest else content
    context = {
        "bench": bench,
        "item": bench.item,
        "past": past,
        "problem": problem,
        "author": signed_in(request).holds(Role.AUTHOR),
        "current": bench.newest == past.version,
        "version_number": past.version.number,
        "changes": difference.changes(newest, content),
        **learners_view(request, bench.item, content, bench.course),
        **whole(content, bench.course),
    }
    return render(request, "quizzes/version.html", context, status=status)


@staff
@require_safe
def item_compare(request: HttpRequest, item_id: str) -> HttpResponse:
    """What differs between two versions, or a version and the draft."""
    bench = reads.bench(item_of(request, item_id))
    pasts = {str(past.version.number): past for past in reads.history(bench.item)}
    contents: dict[str, Mapping[str, Any]] = {number: past.version.content for number, past in pasts.items()}
    if bench.draft:
        contents["draft"] = bench.draft.content
    after = request.GET.get("to") or ("draft" if bench.draft else max(pasts, key=int, default=""))
    older = [number for number in pasts if after == "draft" or int(number) < int(after)] if after in contents else []
    before = request.GET.get("from") or max(older, key=int, default=after)
    if before not in contents or after not in contents:
        raise Http404
    context = {
        "item": bench.item,
        "before": before,
        "after": after,
        "names": list(contents),
        "changes": difference.changes(contents[before], contents[after]),
        "history": [past for name, past in pasts.items() if name in (before, after)],
    }
    return render(request, "quizzes/compare.html", context)
