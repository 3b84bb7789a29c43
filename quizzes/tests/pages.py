"""What the authoring tests share: the editor's form as a person fills it in, and a version made by two people."""

from __future__ import annotations

from typing import Any

from django.forms import Textarea
from django.utils import timezone

from accounts.models import User
from edu.browser import Page
from quizzes.forms.item import ItemForm
from quizzes.models import Item, ItemDraft, ItemVersion
from quizzes.selectors import bank
from quizzes.services import authoring
from tests.inside import Inside

CHECK, TEST = "ro-iob", "ro-001"


def fields(page: Page) -> dict[str, str]:
    """What stands in the editor's text boxes: the test browser does not read what is between textarea tags."""
    bench = bank.bench(Item.objects.get(pk=page.url.split("/bank/")[1].split("/")[0].split("?")[0]))
    form = ItemForm(None, stored=bench.content, version=bench.course)
    return {name: form[name].value() or "" for name, field in form.fields.items() if isinstance(field.widget, Textarea)}


def edit(desk: Inside, item: str, act: str = "save", **changes: str) -> Page:
    page = desk.get(f"/bank/{item}/")
    named = {name.replace("__", "-"): value for name, value in changes.items()}
    return desk.send(page.form("item-form"), fields(page) | named | {"act": act})


def publish(desk: Inside, item: str, **changes: str) -> Page:
    """Edit, look at the difference, publish."""
    return desk.submit(edit(desk, item, "publish", **changes).form("publish"))


def stem(item: str) -> str:
    return str(ItemVersion.objects.newest().get(item=item).content["stem"]["en"])


def approve(item: str, **content: Any) -> ItemVersion:
    """A new version of a test item, as two people would make it."""
    found = Item.objects.get(pk=item)
    newest = found.versions.latest("number")
    writer = User.objects.create_user(email=f"w{timezone.now().timestamp()}@example.org")
    ItemDraft.objects.create(
        item=found,
        course=newest.objective.course,
        based_on=newest,
        content=newest.content | content,
        author=writer,
        updated_by=writer,
        state="review",
        asked_at=timezone.now(),
    )
    return authoring._publish(ItemDraft.objects.get(pk=item), "Rita Reviewer, MD").version


def new_wording(item: str) -> dict[str, Any]:
    """Another stem, and the key moved to another option: marking by it gives another result."""
    content = ItemVersion.objects.newest().get(item=item).content
    keys = [option["key"] for option in content["options"]]
    options = [option | {"key": key} for option, key in zip(content["options"], keys[-1:] + keys[:-1], strict=True)]
    return {"stem": {"en": "An entirely new wording?"}, "options": options}
