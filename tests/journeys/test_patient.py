"""A patient's way: sign up in Spanish, take the steps, change the language on the way, and find the place kept."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from accounts.models import Role, User
from courses.models import ActivityResult, Completion, Enrolment
from tests.inside import Inside
from tests.patients import COURSE, STEPS, Steps

pytestmark = pytest.mark.django_db
NEW = {
    "name": "Ximena",
    "holder": "self",
    "email": "ximena@example.org",
    "password1": "una-palabra-larga-y-quieta",
    "password2": "una-palabra-larga-y-quieta",
}


def code() -> str:
    found = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found[1]


def test_a_patient_signs_up_in_spanish_takes_every_step_and_finds_the_place_kept_in_english() -> None:
    browser = Inside()
    page = browser.get("/accounts/signup/?as=patient")
    page = browser.submit(page.form("/preferences/"), language="es")
    assert page.url.endswith("/accounts/signup/?as=patient")
    assert '<html lang="es"' in page.text
    page = browser.submit(page.form("signup"), **NEW)
    page = browser.submit(page.form("confirm-email"), code=code())
    assert page.url.endswith("/start/")
    user = User.objects.get(email=NEW["email"])
    assert (user.name, user.language, user.guardian) == ("Ximena", "es", False)
    assert user.roles == {Role.PATIENT}

    steps = Steps(browser)
    page = steps.start()
    assert page.url.endswith(f"/courses/{COURSE}/{STEPS[0]}/")
    assert "La bomba es una herramienta. Usted decide." in page.text
    steps.answer()
    page = steps.go_on()
    assert page.url.endswith(f"/courses/{COURSE}/{STEPS[1]}/")
    assert "Cuatro cosas mueven su glucosa." in page.text
    token = page.form("step-done").controls[0].value
    browser.client.post(f"{page.url}seen/", {"heading": "stress", "csrfmiddlewaretoken": token})

    page = steps.speak("en")
    assert page.url.endswith(f"/courses/{COURSE}/{STEPS[1]}/")
    assert "Four things move your glucose." in page.text
    page = browser.get("/start/")
    assert page.link(STEPS[1]).endswith(f"/{STEPS[1]}/#stress")
    browser.get(page.link(STEPS[1]))
    steps.speak("es")
    steps.answer()
    for _step in STEPS[2:]:
        steps.go_on()
        assert not Completion.objects.exists()
        steps.answer()
    page = steps.go_on()
    assert page.url.endswith("/start/")
    assert "Ya terminó todos los pasos." in page.text
    enrolment = Enrolment.objects.get(user=user)
    passed = ActivityResult.objects.filter(enrolment=enrolment, outcome="passed")
    assert passed.filter(activity__startswith="check:").count() == len(STEPS)
    assert Completion.objects.get().enrolment == enrolment
    page = browser.get(page.link("/start/summary/"))
    assert "Ximena" in page.text
    assert "decide el plan de su clínica" in page.text


# Whole words, in both languages, that a patient has no use for.
CREDIT = re.compile(
    r"\b(CE|CEUs?|credits?|créditos?|certificat\w*|certificad\w*|certif\w+|post-?tests?|pos-?prueba|transcripts?|"
    r"expediente|histori\w+ académic\w+|professions?|profesi[óo]n(es)?|credentials?|credencial\w*|evaluations?|"
    r"evaluaci\w+|accredit\w+|acredit\w+)\b",
    re.IGNORECASE,
)


def words(text: str) -> str:
    """What a reader or a screen reader meets: text, labels, descriptions; no addresses, classes or names."""
    kept = re.findall(r'(?:aria-label|content|title|alt|placeholder|data-\w+)="([^"]*)"', text)
    return re.sub(r"<[^>]+>", " ", text) + " ".join(one for one in kept if "includeIndicatorStyles" not in one)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_page_a_patient_can_reach_says_a_word_of_credit(language: str) -> None:
    browser = Inside()
    browser.client.cookies["django_language"] = language
    page = browser.get("/accounts/signup/?as=patient")
    refused = browser.submit(page.form("signup"), **(NEW | {"name": "", "holder": ""}))
    browser.submit(refused.form("signup"), **(NEW | {"holder": "guardian", "child_name": "Sam"}))
    browser.submit(browser.page.form("confirm-email"), code="AAAA-BBBB")
    browser.submit(browser.page.form("confirm-email"), code=code())
    message = mail.outbox[-1]
    steps = Steps(browser)
    steps.start()
    steps.go_on()  # refused: the question waits
    assert browser.page.status == 422
    browser.get(f"/courses/{COURSE}/{STEPS[0]}/")
    steps.answer(right=False)
    steps.answer()
    steps.go_on()
    for _step in STEPS[1:]:
        steps.answer()
        steps.go_on()
    assert browser.get("/start/summary/").url.endswith("/start/summary/")
    for path in ("/no/such/page/", "/courses/pump-rationale/", "/transcript/", "/courses/", "/home/", "/me/"):
        browser.get(path)
    followed = crawl(browser)
    assert {"/start/", "/me/", "/accounts/email/", "/accounts/password/change/"} <= followed
    said = [words(one.text) for one in browser.seen] + [f"{message.subject} {message.body}"]
    found = [
        (one.url, match[0]) for one, text in zip(browser.seen, said, strict=False) if (match := CREDIT.search(text))
    ]
    assert found == []
    assert not CREDIT.search(said[-1])


def crawl(browser: Inside) -> set[str]:
    """Follow every link of every page from here on, and from there on; the addresses that were opened."""
    opened: set[str] = set()
    waiting = {link for page in browser.seen for link in page.links}
    while waiting:
        path = waiting.pop().partition("#")[0]
        if path in opened or not path.startswith("/") or path.startswith(("/accounts/signup", "/accounts/login")):
            continue
        opened.add(path)
        waiting |= set(browser.get(path).links)
    return opened
