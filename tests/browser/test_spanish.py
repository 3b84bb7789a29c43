"""Every page in Spanish: what is not Spanish says so by its `lang`. Read from the HTML, without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, Declaration, Doctype, NavigableString
from django.conf import settings
from django.test import Client

from accounts.models import User
from tests.browser.gallery import View

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# Words that stand in nearly every English sentence and in no Spanish one.
ENGLISH = re.compile(r"\b(?:the|and|you|your|with|this|that|are|was|have|not|from|what|which|of|to)\b", re.IGNORECASE)
NOT_OURS = {"admin", "styleguide"}  # Django's own pages follow Django's catalogue; the style guide is for developers
# Scripts; what cannot say its language; and the words of people, which are in whatever language they chose.
SILENT = ["script", "style", "title", "option", "textarea", "bdi", "blockquote"]
SPOKEN = ("aria-label", "title", "alt", "placeholder")
# Names and addresses are nobody's language.
NAMES = re.compile(r"[\w.+-]+@[\w.-]+|https?://\S+|doi:\S+|\b(?:Second|Newly) \w+")


def test_a_page_in_spanish_holds_no_english_that_does_not_say_so(views: list[View]) -> None:
    User.objects.update(language="es")
    found = []
    for view in views:
        if view.name in NOT_OURS:
            continue
        client = view.who.client if view.who else Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
        answer = client.get(view.path, follow=True)
        if not answer["Content-Type"].startswith("text/html"):
            continue
        page = BeautifulSoup(answer.text, "html.parser")
        assert page.html is not None, view.name
        assert page.html["lang"] == "es", view.name
        found += [f"{view.name}: {words}" for words in unmarked(page) if ENGLISH.search(NAMES.sub("", words))]
    if found:
        pytest.fail("\n".join(dict.fromkeys(found)), pytrace=False)


def unmarked(page: BeautifulSoup) -> Iterator[str]:
    """What a Spanish voice would read out: texts and spoken attributes whose nearest `lang` is Spanish."""
    for text in page.find_all(string=True):
        silent = isinstance(text, Comment | Declaration | Doctype) or text.find_parent(SILENT)
        if not silent and text.strip() and _language(text) == "es":
            yield " ".join(text.split())
    for tag in page.find_all(True):
        for name in SPOKEN:
            if tag.get(name) and _language(tag) == "es":
                yield f"{name}: {tag[name]}"
        if tag.name == "meta" and tag.get("name") == "description":
            yield str(tag["content"])


def _language(node: NavigableString | Tag) -> str:
    own = [node] if isinstance(node, Tag) else []
    for tag in [*own, *node.parents]:
        if tag.has_attr("lang"):  # empty: nobody knows, as with what people write
            return str(tag["lang"])
    return ""
