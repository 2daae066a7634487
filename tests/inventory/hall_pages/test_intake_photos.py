"""The photos of a new thing: sent ahead or with the form, in their order, at most eight, and nothing that is no photo."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from inventory.models import Item, Photo
from recycling.policy.models import Policy
from tests.factories import make_item, make_photo, make_site, make_worker
from tests.inventory.hall import ARABIC, address, log, picture, problems, uploaded, words_of
from tests.inventory.pictures import drawn, encoded

pytestmark = pytest.mark.django_db

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


# ---- Photos on their way ----


def test_a_photo_sent_ahead_gives_its_key_and_the_form_takes_it_along(hall):
    answer = hall.post(address("wh_upload"), {"photo": picture()})
    key = answer.json()["key"]
    assert (answer.status_code, answer.json()) == (
        201,
        {"key": key, "src": f"/media/photos/{key}/master.jpg"},
    )
    assert hall.get(answer.json()["src"]).status_code == 200
    log(hall, uploaded=[key])
    assert [photo.key for photo in Item.objects.get().photos.all()] == [key]


def test_photos_keep_the_order_in_which_the_form_names_them(hall):
    keys = [hall.post(address("wh_upload"), {"photo": picture()}).json()["key"] for _number in range(3)]
    log(hall, uploaded=[keys[2], keys[0], keys[2], keys[1]])
    assert [photo.key for photo in Item.objects.get().photos.all()] == [keys[2], keys[0], keys[1]]


def test_nobody_takes_along_a_photo_of_somebody_else_or_of_an_item(hall):
    mine_on_an_item = make_item().photos.get()
    others = make_photo(uploaded_by=make_worker(make_site()))
    answer = log(hall, uploaded=[others.key, mine_on_an_item.key, "\0", "%", ""])
    assert (answer.status_code, problems(answer)) == (422, ["Photos: Take at least one photo."])


@pytest.mark.parametrize(
    ("file", "status", "code"),
    [
        (lambda: SimpleUploadedFile("chair.jpg", SVG), 422, "photo_not_an_image"),
        (lambda: SimpleUploadedFile("chair.jpg", encoded(drawn(), "JPEG")[:2000]), 422, "photo_broken"),
        (
            lambda: SimpleUploadedFile("chair.jpg", b"\xff\xd8\xff" + bytes(21 * 2**20)),
            413,
            "photo_too_large",
        ),
    ],
)
def test_a_photo_that_cannot_be_used_is_refused_at_once_with_a_sentence(hall, file, status, code):
    answer = hall.post(address("wh_upload"), {"photo": file()})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"].endswith(".")
    assert Photo.objects.count() == 0


def test_nothing_sent_is_no_photo(hall):
    answer = hall.post(address("wh_upload"), {"photo": "chair.jpg"})
    assert (answer.status_code, answer.json()["code"]) == (422, "no_photo")


def test_a_day_has_only_so_many_photos(hall):
    Policy.objects.update(photos_per_day=1)
    cache.clear()
    assert hall.post(address("wh_upload"), {"photo": picture()}).status_code == 201
    assert hall.post(address("wh_upload"), {"photo": picture()}).status_code == 429


# ---- Photos in the form ----


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (SVG, "This file is not a photo we can read. Use JPEG, PNG, WebP or HEIC."),
        (
            b"\xff\xd8\xff" + bytes(21 * 2**20),
            "This photo is larger than 20 MB. Take it again or choose a smaller one.",
        ),
        (b"", "This file is not a photo we can read. Use JPEG, PNG, WebP or HEIC."),
    ],
    ids=["svg", "21 MiB", "empty"],
)
def test_a_photo_that_cannot_be_used_is_named_and_the_good_ones_stay(hall, file, why):
    answer = log(hall, album=[picture("1.jpg"), SimpleUploadedFile("bad.jpg", file), picture("3.jpg")])
    assert answer.status_code == 422
    assert problems(answer) == [f"Photos: \N{FIRST STRONG ISOLATE}bad.jpg\N{POP DIRECTIONAL ISOLATE}: {why}"]
    assert len(uploaded(answer)) == 2
    assert log(hall, uploaded=uploaded(answer)).status_code == 302
    assert Item.objects.get().photos.count() == 2


def test_the_name_of_a_bad_photo_is_shortened_and_cannot_turn_the_sentence_around(hall):
    name = f"{ARABIC}{'x' * 200}.jpg"
    answer = log(hall, camera=SimpleUploadedFile(name, SVG))
    (sentence,) = problems(answer)
    assert sentence.startswith("Photos: \N{FIRST STRONG ISOLATE}")
    assert sentence.endswith(
        "\N{POP DIRECTIONAL ISOLATE}: This file is not a photo we can read. Use JPEG, PNG, WebP or HEIC."
    )
    assert len(sentence) < 150


def test_nine_photos_are_all_kept_and_one_of_them_has_to_go(hall, sari):
    eight = [make_photo(uploaded_by=sari).key for _number in range(8)]
    answer = log(hall, uploaded=eight, camera=picture())
    assert (answer.status_code, problems(answer)) == (
        422,
        ["An item has at most 8 photos. Remove one first."],
    )
    keys = uploaded(answer)
    assert (keys[:8], len(keys), Item.objects.count()) == (eight, 9, 0)
    assert log(hall, uploaded=keys, **{f"remove-{keys[0]}": "1"}).status_code == 302
    assert [photo.key for photo in Item.objects.get().photos.all()] == keys[1:]


def as_a_browser_sends(*names):
    """The form without a script: the empty field of the camera is a file without a name."""
    parts = {"category": "office_chair", "condition": "good", "quantity": "1", "site": "warehouse"}
    lines = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts.items()
    ]
    body = "".join(lines).encode()
    kind = b"Content-Type: application/octet-stream"
    for field, name in (("camera", ""), *(("album", name) for name in names)):
        head = f'--x\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'.encode()
        body += head + kind + b"\r\n\r\n" + (encoded(drawn(), "JPEG") if name else b"") + b"\r\n"
    return {"data": body + b"--x--\r\n", "content_type": "multipart/form-data; boundary=x"}


def test_eight_photos_come_in_one_request(hall):
    names = [f"{number}.jpg" for number in range(8)]
    assert hall.post(address("wh_new"), **as_a_browser_sends(*names)).status_code == 302
    assert Item.objects.get().photos.count() == 8


def test_nine_photos_in_one_request_are_kept_and_one_of_them_has_to_go(hall):
    names = [f"{number}.jpg" for number in range(9)]
    answer = hall.post(address("wh_new"), **as_a_browser_sends(*names))
    assert (answer.status_code, len(uploaded(answer))) == (422, 9)


def test_a_request_of_200_megabytes_is_answered_before_it_is_read(hall):
    answer = hall.generic(
        "POST",
        address("wh_new"),
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(200 * 10**6),
    )
    assert answer.status_code == 413
    assert "Nothing was saved. Go back and send fewer photos at a time, or smaller ones." in words_of(answer)
