import io
import os
from datetime import timedelta

import boto3
import pytest
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from moto.server import ThreadedMotoServer
from PIL import Image

from inventory.domain import imaging, photos, publishing
from inventory.domain.refusals import StaleEdit
from inventory.models import Photo
from recycling.accounts.domain.limits import TooOften
from recycling.policy.models import Policy
from tests.factories import NOW, later, make_item, make_worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def bucket(settings):
    """A real S3-compatible server, spoken to over HTTP."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "eu-north-1"}
    boto3.client("s3", endpoint_url=address, **keys).create_bucket(
        Bucket="photos", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"}
    )
    options = {
        "bucket_name": "photos", "endpoint_url": address, "access_key": "test", "secret_key": "test",
        "region_name": "eu-north-1", "file_overwrite": False, "querystring_auth": False,
    }  # fmt: skip
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    }
    yield
    server.stop()


def picture(width=1600, height=1200, colour=(43, 95, 168)):
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "JPEG")
    return SimpleUploadedFile("chair.jpg", file.getvalue(), content_type="image/jpeg")


def test_a_photo_is_stored_clean_and_waits_for_its_sizes():
    photo = photos.take_in(picture(), by=make_worker(), at=NOW)
    assert (photo.status, photo.width, photo.height, photo.item) == ("pending", 1600, 1200, None)
    assert default_storage.exists(photo.master_name)
    channels = [int(photo.colour[start : start + 2], 16) for start in (1, 3, 5)]
    assert all(abs(got - sent) <= 3 for got, sent in zip(channels, (43, 95, 168), strict=True))


def test_the_job_makes_six_files_and_says_their_sizes():
    photo = photos.take_in(picture(), by=None, at=NOW)
    assert photos.make_due_renditions(at=NOW) == 1
    photo.refresh_from_db()
    assert (photo.status, photo.renditions) == (
        "ready",
        [[320, 320, 240], [640, 640, 480], [1280, 1280, 960]],
    )
    for size, width, height in photo.renditions:
        for suffix in ("webp", "jpg"):
            with default_storage.open(photo.rendition_name(size, suffix)) as file, Image.open(file) as made:
                assert made.size == (width, height)
    assert photos.make_due_renditions(at=NOW) == 0


def test_the_same_on_an_s3_compatible_store(bucket):
    photo = photos.take_in(picture(), by=None, at=NOW)
    assert storages["default"].__class__.__name__ == "S3Storage"
    assert photos.make_due_renditions(at=NOW) == 1
    with default_storage.open(photo.rendition_name(320, "webp")) as file, Image.open(file) as made:
        assert made.size == (320, 240)
    photo.delete()
    photos.sweep(at=timezone.now() + timedelta(days=3))  # the store's own clock dates its files
    assert not default_storage.exists(photo.rendition_name(320, "webp"))


def test_a_refused_picture_leaves_no_row_and_no_file():
    with pytest.raises(imaging.PhotoNotAnImage):
        photos.take_in(SimpleUploadedFile("chair.jpg", b"<svg onload=alert(1)>"), by=None, at=NOW)
    assert Photo.objects.count() == 0
    assert not (default_storage.exists("photos") and default_storage.listdir("photos")[0])


def test_a_worker_that_died_half_way_is_followed_by_another_after_its_lease():
    photo = photos.take_in(picture(), by=None, at=NOW)
    Photo.objects.update(claimed_until=NOW + photos.LEASE, attempts=1)
    default_storage.save(photo.rendition_name(1280, "webp"), picture())  # what the first one had got done
    assert photos.make_due_renditions(at=NOW) == 0
    assert photos.make_due_renditions(at=NOW + photos.LEASE) == 1
    with default_storage.open(photo.rendition_name(1280, "webp")) as file, Image.open(file) as made:
        assert made.format == "WEBP"


def test_a_lost_master_is_tried_five_times_and_stops_nobody_else():
    lost = photos.take_in(picture(), by=None, at=NOW)
    default_storage.delete(lost.master_name)
    other = photos.take_in(picture(), by=None, at=NOW)
    for number in range(6):
        photos.make_due_renditions(at=NOW + number * photos.LEASE)
    lost.refresh_from_db()
    other.refresh_from_db()
    assert (lost.status, lost.attempts, other.status) == ("failed", 5, "ready")


def test_the_photos_of_a_day_are_limited():
    Policy.objects.update(photos_per_day=2)
    worker = make_worker()
    for _number in range(2):
        photos.take_in(picture(), by=worker, at=NOW)
    with pytest.raises(TooOften):
        photos.take_in(picture(), by=worker, at=NOW)
    photos.take_in(picture(), by=worker, at=later(days=1))


def test_an_item_has_at_most_eight():
    photos.check_number(8)
    with pytest.raises(photos.TooManyPhotos):
        photos.check_number(9)


def test_reordering_makes_another_one_the_first():
    item = make_item(photos=3)
    first, second, third = item.photos.all()
    photos.reorder(item, [third, first, second], by=make_worker(), at=NOW)
    assert list(item.photos.all()) == [third, first, second]
    with pytest.raises(StaleEdit):
        photos.reorder(item, [third, first], by=make_worker(), at=NOW)


def test_uploads_that_nobody_claimed_and_files_that_no_row_knows_are_swept_away():
    forgotten = photos.take_in(picture(), by=None, at=NOW)
    kept = photos.take_in(picture(), by=None, at=NOW)
    Photo.objects.filter(pk=kept.pk).update(item=make_item(photos=0, publish=False))
    crashed = default_storage.save("photos/NOROW/master.jpg", picture())
    assert photos.sweep(at=later(hours=25)) == (1, 0)
    week_ago = later(days=-7).timestamp()
    for name in (forgotten.master_name, crashed, kept.master_name):
        os.utime(default_storage.path(name), (week_ago, week_ago))
    _uploads, files = photos.sweep(at=later(hours=25))
    assert files == 2
    assert default_storage.exists(kept.master_name)


def test_the_list_offers_the_sizes_of_a_ready_photo_on_every_database(client):
    item = make_item(photos=0, publish=False)
    photo = photos.take_in(picture(), by=None, at=NOW)
    photos.make_due_renditions(at=NOW)
    Photo.objects.filter(pk=photo.pk).update(item=item)
    publishing.publish(item, by=make_worker(), at=NOW)
    shown = client.get("/en/items").content.decode()
    assert f"/media/photos/{photo.key}/320.webp 320w" in shown


def test_the_words_of_a_photo_say_what_it_shows_unless_somebody_wrote_better_ones():
    item = make_item(photos=2)
    first, second = item.photos.all()
    second.alt = "The scratch on the back"
    with translation.override("en"):
        assert photos.words_of(item, [first, second]) == [
            "Office chair, black, Good, picture 1/2",
            "The scratch on the back",
        ]
        assert photos.words_of(item, [first]) == ["Office chair, black, Good"]


def test_the_first_photo_stands_for_an_item_and_one_without_any_has_none():
    item = make_item(photos=2)
    assert photos.first_of(item) == item.photos.get(position=0)
    assert photos.first_of(make_item(photos=0, publish=False)) is None
