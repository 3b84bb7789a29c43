"""From passing to a certificate that anyone can check, and everything that may go wrong on the way."""

from __future__ import annotations

import html
import threading
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from certificates import selectors, services
from certificates.models import ALPHABET, Award, Evaluation, Print
from core.errors import DomainError
from core.models import OutboxRow
from courses.models import Completion
from edu.browser import Form, Page
from edu.walk import Walk
from tests.inside import Inside

pytestmark = pytest.mark.django_db
WorkOff = Callable[[], int]


@pytest.fixture
def passed(walk: Walk[Inside]) -> Walk[Inside]:
    """Someone who has passed and stands before the evaluation."""
    walk.read()
    walk.browser.get(walk.take_test().link("/certificates/"))
    return walk


@pytest.fixture
def holder(passed: Walk[Inside]) -> Walk[Inside]:
    """Someone who has claimed; the worker has not come by yet."""
    passed.browser.get("/home/")
    passed.browser.get(f"/certificates/{Completion.objects.get().pk}/evaluation/")
    send_evaluation(passed.browser.page, passed.browser)
    passed.browser.submit(form_with(passed.browser.page, "attest"), attest="on")
    return passed


def form_with(page: Page, name: str) -> Form:
    return next(form for form in page.forms if any(control.name == name for control in form.controls))


def send_evaluation(page: Page, browser: Inside, **values: str) -> Page:
    form = form_with(page, "bias")
    objectives = {control.name: "yes" for control in form.controls if control.name.startswith("objective_")}
    return browser.send(form, objectives | {"bias": "no", "change": "yes"} | values)


def claim_page(walk: Walk[Inside]) -> Page:
    return send_evaluation(walk.browser.page, walk.browser)


def test_an_empty_evaluation_says_what_is_missing_and_keeps_what_was_typed(passed: Walk[Inside]) -> None:
    form = form_with(passed.browser.page, "bias")
    page = passed.browser.send(form, {"change_text": "Teach ketones before menus."})
    assert page.status == 422
    assert page.text.count("Choose one.") >= 6
    assert "Teach ketones before menus." in page.text
    assert not Evaluation.objects.exists()


def test_who_saw_bias_is_asked_where(passed: Walk[Inside]) -> None:
    page = send_evaluation(passed.browser.page, passed.browser, bias="yes")
    assert page.status == 422
    assert "Say where, so that we can mend it." in page.text


def test_an_evaluation_sent_twice_stands_as_first_sent(passed: Walk[Inside]) -> None:
    page = passed.browser.page
    first = send_evaluation(page, passed.browser)
    second = send_evaluation(page, passed.browser, change="no")
    assert first.url == second.url
    assert Evaluation.objects.get().change == "yes"


def test_there_is_no_claim_without_an_evaluation(passed: Walk[Inside]) -> None:
    completion = Completion.objects.get()
    assert passed.browser.get(f"/certificates/{completion.pk}/claim/").url.endswith("/evaluation/")
    with pytest.raises(DomainError) as refused:
        services.claim(completion=completion, name="A", credentials="", attestation="", now=timezone.now())
    assert refused.value.code == "evaluate_first"
    assert not Award.objects.exists()


def test_there_is_no_claim_without_the_statement(passed: Walk[Inside]) -> None:
    page = passed.browser.submit(form_with(claim_page(passed), "attest"))
    assert page.status == 422
    assert "Tick this to claim" in page.text
    assert not Award.objects.exists()


@pytest.mark.parametrize("name", ["Wren \U0001f642 Walker", "Wren \u0378", "Wren \ue000", "A\u0007B"])
def test_a_name_that_cannot_be_printed_is_refused_with_the_reason_and_stays_in_the_field(
    passed: Walk[Inside], name: str
) -> None:
    page = passed.browser.submit(form_with(claim_page(passed), "attest"), name=name, attest="on")
    assert page.status == 422
    assert "We cannot print" in page.text
    assert name.split()[0] in page.text
    assert not Award.objects.exists()


def test_claiming_again_shows_the_first_certificate(passed: Walk[Inside]) -> None:
    page = claim_page(passed)
    form = form_with(page, "attest")
    first = passed.browser.submit(form, attest="on")
    second = passed.browser.submit(form, attest="on", name="Someone Else")
    assert first.url == second.url
    assert Award.objects.get().name == "Wren Walker"
    assert OutboxRow.objects.filter(kind="certificate").count() == 1


def test_the_name_is_copied_at_issue_and_later_changes_leave_it(holder: Walk[Inside], educator: User) -> None:
    educator.name, educator.credentials = "New Name", "MD"
    educator.save()
    award = Award.objects.get()
    assert (award.name, award.credentials) == ("Wren Walker", "RN")
    assert "Wren Walker" in holder.browser.get(f"/certificates/{award.pk}/").text


def test_an_award_cannot_be_changed_and_a_second_for_the_completion_cannot_be_written(holder: Walk[Inside]) -> None:
    award = Award.objects.get()
    for change in ({"name": "Someone Else"}, {"points": 10}, {"code": "0" * 16}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Award.objects.filter(pk=award.pk).update(**change)
    award.pk, award.code = None, "1" * 16
    with pytest.raises(IntegrityError), transaction.atomic():
        award.save(force_insert=True)


def test_the_certificate_arrives_without_a_reload(holder: Walk[Inside], work_off: WorkOff) -> None:
    award = Award.objects.get()
    page = holder.browser.get(f"/certificates/{award.pk}/")
    assert "Being printed" in page.text
    assert f'hx-get="/certificates/{award.pk}/status/"' in page.text
    assert holder.browser.get(f"/certificates/{award.pk}/status/").status == 204
    assert work_off() == 1
    arrived = holder.browser.get(f"/certificates/{award.pk}/status/")
    assert arrived.status == 200
    assert "/pdf/" in arrived.text
    assert "hx-get" not in arrived.text


def test_the_pdf_is_served_whole_with_its_name_and_to_its_owner_only(
    holder: Walk[Inside], work_off: WorkOff, make_educator: Callable[..., User]
) -> None:
    award = Award.objects.get()
    work_off()
    answer = holder.browser.client.get(f"/certificates/{award.pk}/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="basal-{award.code_display}.pdf"'
    assert answer.getvalue().startswith(b"%PDF-")
    other = Inside.of(make_educator())
    for part in ("", "status/", "pdf/"):
        assert other.get(f"/certificates/{award.pk}/{part}").status == 404
        assert "/accounts/login/" in Inside().get(f"/certificates/{award.pk}/{part}").url
    completion = award.completion_id
    assert other.get(f"/certificates/{completion}/evaluation/").status == 404
    assert other.get(f"/certificates/{completion}/claim/").status == 404


def test_a_damaged_file_is_not_served_and_can_be_printed_again(holder: Walk[Inside], work_off: WorkOff) -> None:
    award = Award.objects.get()
    work_off()
    storages["certificates"].save(selectors.pdf_name(award), ContentFile(b"%PDF- not what was printed"))
    page = holder.browser.get(f"/certificates/{award.pk}/pdf/")
    assert page.url.endswith(f"/certificates/{award.pk}/")
    assert "The printing did not work." in page.text
    holder.browser.submit(page.form("/print-again/"))
    assert work_off() == 1
    assert "Your certificate is ready." in holder.browser.get(f"/certificates/{award.pk}/").text


def test_a_printing_that_ends_while_the_page_is_made_is_not_told_as_one_that_failed(
    holder: Walk[Inside], work_off: WorkOff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "_set_aside", lambda _award: not work_off())
    page = holder.browser.get(f"/certificates/{Award.objects.get().pk}/")
    assert Print.objects.exists()
    assert "The printing did not work." not in page.text
    assert "Your certificate is ready." in holder.browser.get(page.url).text


def test_a_printing_set_aside_after_three_tries_is_told_and_can_be_tried_again(
    holder: Walk[Inside], work_off: WorkOff
) -> None:
    award = Award.objects.get()
    OutboxRow.objects.update(quarantined_at=timezone.now(), attempts=3)
    page = holder.browser.get(f"/certificates/{award.pk}/")
    assert "The printing did not work." in page.text
    assert "valid" in page.text
    holder.browser.submit(page.form("/print-again/"))
    assert work_off() == 1
    assert Print.objects.filter(award=award).exists()


def test_anyone_can_check_the_code_and_sees_the_minimum(holder: Walk[Inside], educator: User) -> None:
    award = Award.objects.get()
    stranger = Inside()
    page = stranger.get(f"/verify/{award.code_display}/")
    assert page.status == 200
    for words in ("This certificate stands.", "Wren Walker", "Insulin pump therapy: rationale", "no CE credit"):
        assert words in page.text
    for private in (educator.email, str(educator.pk), str(award.pk), str(award.completion_id), "10 of 10", "nurse"):
        assert private not in page.text


@pytest.mark.parametrize("spell", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_a_code_is_understood_however_it_is_typed(holder: Walk[Inside], spell: Callable[[str], str]) -> None:
    code = Award.objects.get().code_display
    stranger = Inside()
    page = stranger.submit(stranger.get("/verify/").form("/verify/"), code=spell(code))
    assert "This certificate stands." in page.text


def test_letters_that_look_like_digits_are_read_as_digits(holder: Walk[Inside]) -> None:
    Award.objects.get()
    look_alikes = str.maketrans("01", "OL")
    typed = Award.objects.get().code_display.translate(look_alikes)
    stranger = Inside()
    assert "This certificate stands." in stranger.submit(stranger.get("/verify/").form("/verify/"), code=typed).text


@pytest.mark.parametrize("typed", ["", "7Q4M", "7Q4M-2XKD-9HTR-C5W!", "x" * 41, "U" * 16])
def test_what_cannot_be_a_code_gets_a_clear_answer_at_the_field(typed: str) -> None:
    stranger = Inside()
    page = stranger.submit(stranger.get("/verify/").form("/verify/"), code=typed)
    assert page.status == 422
    assert 'class="error"' in page.text


def test_an_unknown_code_is_said_to_be_unknown() -> None:
    page = Inside().get("/verify/7Q4M-2XKD-9HTR-C5WB/")
    assert page.status == 404
    assert "We know no such certificate." in page.text


def test_checking_is_limited_to_thirty_a_minute_for_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ratelimit.time.time", lambda: 1_800_000_000.0)
    stranger = Inside()
    statuses = [stranger.get("/verify/7Q4M-2XKD-9HTR-C5WB/").status for _try in range(31)]
    assert statuses == [404] * 30 + [429]
    assert stranger.answer["Retry-After"] == "60"
    monkeypatch.setattr("core.ratelimit.time.time", lambda: 1_800_000_060.0)
    assert stranger.get("/verify/7Q4M-2XKD-9HTR-C5WB/").status == 404


def test_a_code_has_sixteen_crockford_characters_in_four_groups(holder: Walk[Inside]) -> None:
    groups = Award.objects.get().code_display.split("-")
    assert [len(group) for group in groups] == [4, 4, 4, 4]
    assert set("".join(groups)) <= set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)


def test_the_transcript_lists_what_is_under_way_claimed_and_held(
    walk: Walk[Inside], work_off: WorkOff, make_educator: Callable[..., User]
) -> None:
    assert "will be listed here" in walk.browser.get("/transcript/").text
    walk.read()
    assert "under way" in walk.browser.get("/transcript/").text
    walk.browser.get(walk.take_test().link("/certificates/"))
    assert "Claim it" in walk.browser.get("/transcript/").text
    walk.browser.get(f"/certificates/{Completion.objects.get().pk}/evaluation/")
    walk.browser.submit(form_with(claim_page(walk), "attest"), attest="on")
    assert "being printed" in walk.browser.get("/transcript/").text
    work_off()
    assert "PDF</a>" in walk.browser.get("/transcript/").text
    other = Inside.of(make_educator())
    assert "will be listed here" in other.get("/transcript/").text


def test_the_paper_says_what_the_pdf_says(holder: Walk[Inside]) -> None:
    text = html.unescape(holder.browser.get(f"/certificates/{Award.objects.get().pk}/").text)
    for words in ("Certificate of completion", "No CE credit.", "10 of 10, pass mark 8", "Enduring, online"):
        assert words in text


@pytest.mark.django_db(transaction=True)
def test_five_claims_at_once_make_one_certificate(passed: Walk[Inside]) -> None:
    claim_page(passed)
    completion, made = Completion.objects.get(), []

    def claim() -> None:
        award = services.claim(
            completion=completion, name="Wren Walker", credentials="", attestation="yes", now=timezone.now()
        )
        made.append(award.pk)
        connection.close()

    threads = [threading.Thread(target=claim) for _number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 5
    assert set(made) == {Award.objects.get().pk}
    assert OutboxRow.objects.filter(kind="certificate").count() == 1
