"""Pictures in questions: what is taken and kept of a file, and who gets to see it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.test import RequestFactory
from django.utils import timezone
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from accounts.models import Role, User
from core.errors import DomainError
from courses.models import CourseVersion, LessonProgress
from courses.selectors import published_lessons
from courses.services import enrol
from quizzes import marking
from quizzes.marking.lint import examine
from quizzes.models import Attempt, ItemDraft, ItemVersion, Picture
from quizzes.selectors.difference import changes
from quizzes.services import pictures, taking
from quizzes.tests.items import BOUNDS, drawn, example
from quizzes.tests.pages import CHECK, TEST, approve, edit, fields, publish
from tests.api import Program
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., User]
ALT = "A pump with its tube; the clamp is closed"


def send(desk: Inside, item: str, data: bytes, *, live: bool = False, **changes: str) -> Any:
    """The editor's form with a file, as a browser sends it."""
    page = desk.get(f"/bank/{item}/")
    named = {name.replace("__", "-"): value for name, value in changes.items()}
    sent: dict[str, Any] = dict(page.form("item-form").data(fields(page) | {"act": "save"} | named))
    headers = {"Referer": page.url} | ({"Accept": "application/json"} if live else {})
    file = SimpleUploadedFile("the answer is A.png", data)
    return desk.client.post(f"/bank/{item}/", sent | {"picture-file": file}, headers=headers, follow=not live)


# --- what is taken, and what is kept of it -----------------------------------------------------------------------


def test_a_picture_is_added_with_its_words_and_stands_in_the_draft_and_on_the_learners_page(desk: Inside) -> None:
    answer = send(desk, CHECK, drawn(), picture__alt__en=ALT, picture__caption__en="Closed")
    kept = Picture.objects.get()
    assert ItemDraft.objects.get().content["picture"] == {
        "sha256": kept.pk,
        "width": 40,
        "height": 30,
        "alt": {"en": ALT},
        "caption": {"en": "Closed"},
    }
    assert f"/quizzes/pictures/{kept.pk}/" in answer.content.decode()
    shown = desk.get(f"/bank/{CHECK}/preview/").text
    assert f'src="/quizzes/pictures/{kept.pk}/" alt="{ALT}" width="40" height="30"' in shown
    assert "<figcaption>Closed</figcaption>" in shown
    assert f"/quizzes/pictures/{kept.pk}/" in desk.get(f"/bank/{CHECK}/preview/?chosen=1").text
    assert "the answer is" not in answer.content.decode() + shown
    assert "with a picture" in desk.get(f"/bank/?q={CHECK}").text


def test_nothing_but_what_it_shows_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "SECRET place", 6  # to be turned by a quarter
    words = PngInfo()
    words.add_text("Comment", "SECRET words")
    for data, size in (
        (drawn("JPEG", exif=exif, comment=b"SECRET remark"), (30, 40)),
        (drawn("PNG", pnginfo=words), (40, 30)),
        (drawn("PNG") + b"SECRET tail", (40, 30)),
        (drawn("WEBP", exif=exif), (30, 40)),
    ):
        kept = pictures.keep(data)
        assert b"SECRET" in data
        assert b"SECRET" not in bytes(kept.data)
        read = Image.open(io.BytesIO(bytes(kept.data)))
        assert (read.size, (kept.width, kept.height)) == (size, size)
        assert Image.MIME[str(read.format)] == kept.mime


def test_what_is_transparent_is_on_white() -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(clear, "PNG")
    read = Image.open(io.BytesIO(bytes(pictures.keep(clear.getvalue()).data)))
    assert read.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_way_to_store_colours_is_read(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (5, 3)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert pictures.keep(out.getvalue()).width == 5


def test_the_same_file_is_one_picture_and_so_is_what_was_made_of_it() -> None:
    one = pictures.keep(drawn("JPEG"))
    assert pictures.keep(drawn("JPEG")) == one
    assert pictures.keep(bytes(one.data)) == one
    assert Picture.objects.count() == 1


def moving() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "navy")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


REFUSED = {
    "svg": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "An SVG may hold programs"),
    "gif": (b"GIF89a" + b"\0" * 40, "This is no PNG, JPEG or WebP"),
    "words": (b"hello", "This is no PNG, JPEG or WebP"),
    "large": (drawn() + b"\0" * 1_000_000, "The file has more than 1 MB"),
    "pixels": (drawn(size=(2001, 2000)), "The picture has 2001 by 2000 pixels"),
    "moving": (moving(), "The picture moves"),
    "cut": (drawn("JPEG", size=(400, 300))[:-600], "cannot be read to its end"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_for_a_question_is_refused_with_what_to_do_and_nothing_typed_is_lost(
    desk: Inside, name: str
) -> None:
    data, words = REFUSED[name]
    answer = send(desk, CHECK, data, stem__en="Typed meanwhile?", picture__alt__en=ALT)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "Typed meanwhile?" in page
    assert ALT in page
    assert not Picture.objects.exists()
    assert not ItemDraft.objects.exists()


def test_of_a_file_without_end_no_more_is_kept_than_it_takes_to_refuse_it() -> None:
    sent = SimpleUploadedFile("x.png", b"\0" * 5_000_000)
    file = RequestFactory().post("/", {"picture-file": sent}).FILES["picture-file"]
    assert isinstance(file, UploadedFile)
    assert (file.size, len(file.read())) == (5_000_000, 1_000_001)


def test_a_picture_is_not_lost_when_something_else_on_the_page_is_refused(desk: Inside) -> None:
    answer = send(desk, CHECK, drawn(), stem__en="x" * 2001)
    assert answer.status_code == 422
    assert f'name="picture-sha256" value="{Picture.objects.get().pk}"' in answer.content.decode()


def test_while_somebody_writes_the_answer_brings_the_picture_or_says_what_is_wrong_with_it(desk: Inside) -> None:
    told = json.loads(send(desk, CHECK, drawn(), live=True).content)
    assert f"/quizzes/pictures/{Picture.objects.get().pk}/" in told["picture"]
    refused = send(desk, CHECK, b"hello", live=True)
    assert refused.status_code == 422
    assert list(json.loads(refused.content)["errors"]) == ["picture-file"]


def test_a_picture_is_removed_with_its_words_and_a_name_of_none_adds_none(desk: Inside) -> None:
    send(desk, CHECK, drawn(), picture__alt__en=ALT)
    edit(desk, CHECK, "drop:picture")
    assert "picture" not in ItemDraft.objects.get().content
    for nonsense in ("0" * 64, "x y", "../../etc"):
        assert edit(desk, CHECK, picture__sha256=nonsense).status == 200
        assert "picture" not in ItemDraft.objects.get().content


def test_only_authors_add_pictures(make_person: MakePerson) -> None:
    chair = Inside.of(make_person(Role.REVIEWER))
    assert send(chair, CHECK, drawn()).status_code == 403
    assert not Picture.objects.exists()
    with pytest.raises(DomainError):
        pictures.add(drawn(), actor=make_person(Role.EDUCATOR))


# --- told to those who do not see it -----------------------------------------------------------------------------


def codes(content: dict[str, Any]) -> list[str]:
    return [finding.code for finding in examine(content, BOUNDS) if finding.code in ("A11Y01", "A11Y01b", "E022")]


def pictured(kind: str, **said: Any) -> dict[str, Any]:
    alt = {"en": "A glucose meter beside a pump", "es": "Un medidor de glucosa junto a una bomba"}
    return example(kind, picture={"sha256": "0" * 64, "width": 4, "height": 3, "alt": alt} | said)


@pytest.mark.parametrize("kind", marking.KINDS)
def test_a_picture_needs_its_words_in_every_language_of_the_course(kind: str) -> None:
    assert codes(pictured(kind)) == []
    assert codes(pictured(kind, alt={"en": "A meter", "es": " "})) == ["A11Y01"]
    assert codes(pictured(kind, alt={})) == ["A11Y01", "A11Y01"]
    assert codes(pictured(kind, sha256="")) == ["E022"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"alt": {"en": "She should check ketones!", "es": "Una bomba"}}, ["A11Y01b"]),
        ({"alt": {"en": "A pump", "es": "Una bomba: medir CETONAS"}}, ["A11Y01b"]),
        ({"caption": {"en": "Check ketones", "es": "Una bomba"}}, ["A11Y01b"]),
        ({"alt": {"en": "A ketone meter to check", "es": "Una bomba"}}, []),
        ({"alt": {"en": "She may wait an hour", "es": "Una bomba"}}, []),
        ({"alt": {"en": "Labels: check ketones, wait an hour, drink some water", "es": "Una bomba"}}, []),
    ],
)
def test_what_is_said_of_a_picture_does_not_give_the_key_away(said: dict[str, Any], found: list[str]) -> None:
    assert codes(pictured("sba", **said)) == found


def test_the_key_of_a_blank_is_not_told_either() -> None:
    alt = {"en": "A nurse who will inject by pen", "es": "Una enfermera"}
    assert codes(pictured("cloze_dropdown", alt=alt)) == ["A11Y01b"]


def test_a_picture_without_words_is_kept_in_the_draft_and_stops_publishing(desk: Inside) -> None:
    send(desk, TEST, drawn())
    page = edit(desk, TEST, "ask")
    assert page.status == 422
    assert "The picture has no alternative text in English" in page.text
    assert not ItemDraft.objects.get().in_review
    assert "A reviewer is asked." in edit(desk, TEST, "ask", picture__alt__en=ALT).text


# --- who gets to see it ------------------------------------------------------------------------------------------


def status(person: User | None, kept: Picture) -> int:
    inside = Inside.of(person) if person else Inside()
    return int(inside.client.get(f"/quizzes/pictures/{kept.pk}/").status_code)


def started(person: User) -> Attempt:
    """The post-test under way, everything before it read."""
    version = CourseVersion.objects.published().get(course__slug=COURSE)
    now = timezone.now()
    enrolment = enrol(user=person, version=version, now=now)
    LessonProgress.objects.bulk_create(
        LessonProgress(enrolment=enrolment, lesson_slug=lesson.slug, seen_at=now, done_at=now)
        for lesson in published_lessons(version.pk)
    )
    return taking.start(enrolment=enrolment, slug="post-test", now=now)


def of_test() -> tuple[Picture, ItemVersion]:
    """The test question as it reads with a picture."""
    kept = pictures.keep(drawn())
    said = {"sha256": kept.pk, "width": 40, "height": 30, "alt": {"en": ALT}}
    return kept, approve(TEST, picture=said)


def test_a_test_s_picture_is_for_those_who_are_asked_and_for_those_who_answer_for_it(
    make_person: MakePerson, educator: User, make_educator: MakePerson
) -> None:
    early = make_educator()
    started(early)
    kept, _version = of_test()
    assert status(educator, kept) == 404
    attempt = started(educator)
    position = attempt.slots.get(item_version__item=TEST).position
    page = Inside.of(educator).get(f"/quizzes/attempts/{attempt.pk}/{position}/")
    assert f'<img src="/quizzes/pictures/{kept.pk}/" alt="{ALT}"' in page.text
    assert status(educator, kept) == 200
    for role in (Role.AUTHOR, Role.REVIEWER, Role.ADMIN):
        assert status(make_person(role), kept) == 200
    # Whoever is asked the wording before it, or nothing, has no business with it.
    for other in (early, make_educator(), make_person(Role.PATIENT), make_person(Role.CE_OFFICE)):
        assert status(other, kept) == 404
    assert status(None, kept) == 302
    assert Inside.of(educator).client.post(f"/quizzes/pictures/{kept.pk}/").status_code in (403, 405)


def test_the_bank_s_pictures_need_the_second_factor_as_the_bank_does(make_person: MakePerson) -> None:
    kept = pictures.keep(drawn())
    without = Inside.of_password(make_person(Role.AUTHOR))
    assert without.client.get(f"/quizzes/pictures/{kept.pk}/").status_code == 404


def test_it_is_sent_as_what_it_is_for_this_browser_alone_and_for_ever(make_person: MakePerson) -> None:
    kept = pictures.keep(drawn("WEBP"))
    answer = Inside.of(make_person(Role.AUTHOR)).client.get(f"/quizzes/pictures/{kept.pk}/")
    assert answer.content == bytes(kept.data)
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "Content-Disposition" not in answer


def test_a_check_s_picture_is_for_the_learners_of_its_course_once_it_is_published(
    desk: Inside, educator: User, make_educator: MakePerson
) -> None:
    send(desk, CHECK, drawn(), picture__alt__en=ALT)
    kept = Picture.objects.get()
    started(educator)
    assert status(educator, kept) == 404
    publish(desk, CHECK)
    assert status(educator, kept) == 200
    assert status(make_educator(), kept) == 404
    publish(desk, CHECK, stem__en="Reworded?")
    assert status(educator, kept) == 200


def test_programs_find_it_beside_the_question(educator: User) -> None:
    kept, _version = of_test()
    attempt = started(educator)
    told = Program(educator).get(f"attempts/{attempt.pk}/").json()["questions"]
    assert [one["picture"] for one in told if one["picture"]] == [
        {"url": f"/quizzes/pictures/{kept.pk}/", "width": 40, "height": 30, "alt": ALT, "caption": ""}
    ]


# --- compared ----------------------------------------------------------------------------------------------------


def test_another_picture_is_a_change_that_may_change_what_is_right_and_other_words_are_not() -> None:
    before = pictured("sba")
    (change,) = changes(before, pictured("sba", sha256="1" * 64))
    assert (change.field, change.scoring) == ("Picture", True)
    assert [(piece.kind, piece.picture[:2]) for piece in change.pieces] == [("gone", "00"), ("new", "11")]
    (change,) = changes(before, pictured("sba", alt=before["picture"]["alt"] | {"en": "A glucose meter alone"}))
    assert (change.field, change.scoring, change.language) == ("Picture: Alternative text", False, "en")


def test_the_reviewer_sees_both_pictures_and_the_words(desk: Inside, make_person: MakePerson) -> None:
    old, _version = of_test()
    send(desk, TEST, drawn(size=(50, 20)), picture__alt__en="Another pump")
    edit(desk, TEST, "ask")
    page = Inside.of(make_person(Role.REVIEWER)).get(f"/review/{TEST}/").text
    new = Picture.objects.exclude(pk=old.pk).get()
    difference, whole = page.split('id="changes-title"')[1].split('id="whole-title"')
    assert all(f"/quizzes/pictures/{one.pk}/" in difference for one in (old, new))
    assert f'/quizzes/pictures/{new.pk}/" alt="Another pump"' in whole
