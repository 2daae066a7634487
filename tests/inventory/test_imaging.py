"""From a stranger's file to a clean master and the sizes that pages show, with the real child program."""

import fcntl
import hashlib
import os
import random
import signal
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.utils import translation
from PIL import Image

from inventory import decoder
from inventory.domain import imaging
from tests.inventory import pictures
from tests.inventory.pictures import apart, drawn, encoded
from tests.services import wait_until

HEIC = Path(__file__).parent / "data" / "drawn.heic"


@pytest.fixture(autouse=True)
def places_of_our_own(tmp_path, monkeypatch):
    """Decoders that run for somebody else must not make these tests wait, nor the other way round."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))


@pytest.fixture
def into(tmp_path):
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


def saved(tmp_path, data, name="photo"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def grainy(width, height):
    """A drawn picture with the noise of a camera in it."""
    noise = Image.frombytes("L", (width, height), random.Random(7).randbytes(width * height)).convert("RGB")
    return Image.blend(drawn(width, height), noise, 0.08)


def children():
    """The decoders that this process is waiting for."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):
            found += (task / "children").read_text().split()
    commands = {pid: Path(f"/proc/{pid}/cmdline") for pid in found}
    return [
        int(pid)
        for pid, command in commands.items()
        if command.exists() and b"decoder" in command.read_bytes()
    ]


@pytest.fixture
def endless(tmp_path):
    """Makes sources that look like a JPEG to whoever looks first and keep the decoder waiting for ever after."""
    pool = ThreadPoolExecutor(8)

    def make(name="endless"):
        path = tmp_path / name
        os.mkfifo(path)
        pool.submit(path.write_bytes, b"\xff\xd8\xff\xe0")
        return path

    yield make
    pool.shutdown()


def test_a_photo_becomes_a_clean_master_and_nothing_else_is_left(tmp_path, into):
    source = saved(tmp_path, encoded(drawn(3000, 2000), "PNG", exif=pictures.notes(1)))

    made = imaging.clean(source, into=into)

    assert list(into.iterdir()) == [made.path]
    assert made.path.name != source.name
    assert (made.width, made.height, made.format) == (2048, 1365, "PNG")
    assert made.sha256 == hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert (len(made.dhash), made.colour[0], len(made.colour)) == (16, "#", 7)
    with Image.open(made.path) as master:
        assert (master.format, master.size) == ("JPEG", (2048, 1365))
        assert apart(master, drawn()) < 2
    assert source.exists()


@pytest.mark.parametrize("kind", [SimpleUploadedFile, TemporaryUploadedFile])
def test_an_upload_is_taken_from_memory_and_from_disk(into, kind):
    data = encoded(drawn(), "JPEG")
    if kind is SimpleUploadedFile:
        upload = SimpleUploadedFile("../../tuoli.jpg", data)
    else:
        upload = TemporaryUploadedFile("tuoli.jpg", "image/jpeg", len(data), None)
        upload.write(data)
        upload.seek(0)

    made = imaging.clean(upload, into=into)

    assert (made.width, made.height) == (480, 320)
    assert list(into.iterdir()) == [made.path]
    upload.close()


def test_a_heic_is_taken(into):
    made = imaging.clean(HEIC, into=into)

    assert (made.width, made.height, made.format) == (2048, 1536, "HEIF")


REFUSALS = {
    "an svg called jpg": (b"<svg/>", imaging.PhotoNotAnImage, "photo_not_an_image", 422),
    "nothing": (b"", imaging.PhotoNotAnImage, "photo_not_an_image", 422),
    "half a photo": (encoded(drawn(), "JPEG")[:2000], imaging.PhotoBroken, "photo_broken", 422),
    "a bomb": (pictures.png(60_000, 60_000), imaging.PhotoTooManyPixels, "photo_too_many_pixels", 422),
    "a moving picture": (pictures.moving("WEBP"), imaging.PhotoAnimated, "photo_animated", 422),
    "a thousand scans": (pictures.many_scans(1000), imaging.PhotoTooHeavy, "photo_too_heavy", 422),
    "21 MiB": (
        encoded(drawn(), "JPEG") + bytes(21 * decoder.MIB),
        imaging.PhotoTooLarge,
        "photo_too_large",
        413,
    ),
}


@pytest.mark.parametrize("uploaded", [False, True])
@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_says_why_and_leaves_nothing(tmp_path, into, name, uploaded):
    data, kind, code, status = REFUSALS[name]
    source = SimpleUploadedFile("tuoli.jpg", data) if uploaded else saved(tmp_path, data)

    with pytest.raises(imaging.PhotoRefused) as refusal, translation.override("en"):
        imaging.clean(source, into=into)

    assert (type(refusal.value), refusal.value.code, refusal.value.status) == (kind, code, status)
    assert str(refusal.value).endswith(".")
    assert list(into.iterdir()) == []


def test_a_decoder_killed_at_work_is_a_refusal_that_leaves_nothing(into, endless):
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(imaging.clean, endless(), into=into)
        (child,) = wait_until(children, seconds=20, why="a decoder runs")
        os.kill(child, signal.SIGKILL)

        assert isinstance(answer.exception(), imaging.PhotoTooHeavy)
    assert list(into.iterdir()) == []


def test_a_decoder_that_crashes_is_a_refusal_that_leaves_nothing(into, endless):
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(imaging.clean, endless(), into=into)
        (child,) = wait_until(children, seconds=20, why="a decoder runs")
        os.kill(child, signal.SIGSEGV)

        assert isinstance(answer.exception(), imaging.PhotoBroken)
    assert list(into.iterdir()) == []


def test_a_decoder_that_hangs_is_ended(into, endless, monkeypatch):
    monkeypatch.setattr(imaging, "WALL_SECONDS", 0.5)

    with pytest.raises(imaging.PhotoTooHeavy):
        imaging.clean(endless(), into=into)

    assert children() == []
    assert list(into.iterdir()) == []


def test_a_half_written_master_does_not_outlive_its_decoder(tmp_path, into, monkeypatch):
    """The decoder dies after it began to write: what it wrote goes, and what it said does not count."""
    for dying in ("os.kill(os.getpid(), 9)", "print('{}')", "print('{\"width\": 99999}')", "os._exit(3)"):
        program = f"import os, sys; open(sys.argv[3], 'w').write('half'); {dying}"
        monkeypatch.setattr(imaging, "PROGRAM", program)

        with pytest.raises(imaging.PhotoRefused):
            imaging.clean(saved(tmp_path, encoded(drawn(), "JPEG")), into=into)

        assert list(into.iterdir()) == []


def test_the_decoder_gets_nothing_of_our_environment(tmp_path, into, monkeypatch):
    told = tmp_path / "told"
    monkeypatch.setenv("SECRET_KEY", "hush")
    monkeypatch.setattr(
        imaging, "PROGRAM", f"import os; open({str(told)!r}, 'w').write(repr(dict(os.environ)))"
    )

    with pytest.raises(imaging.PhotoBroken):
        imaging.clean(saved(tmp_path, encoded(drawn(), "JPEG")), into=into)

    assert told.read_text() == "{'LC_ALL': 'C.UTF-8'}"


def test_no_more_than_two_decoders_run_at_once(into, endless):
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(imaging.clean, endless(f"endless-{number}"), into=into) for number in range(4)]
        ended = set()
        while len(ended) < 4:
            running = wait_until(lambda: set(children()) - ended, seconds=20, why="the next decoder runs")
            assert len(running) <= 2
            time.sleep(0.1)  # a third would have started by now
            assert len(set(children()) - ended) <= 2
            os.kill(min(running), signal.SIGKILL)
            ended.add(min(running))

        assert [type(answer.exception()) for answer in answers] == [imaging.PhotoTooHeavy] * 4


def taken(place):
    """Hold a place as another process would."""
    folder = Path(tempfile.gettempdir()) / f"kierto-decoders-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    file = (folder / place).open("a")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def test_when_every_decoder_is_taken_the_person_is_asked_to_try_again(tmp_path, into, monkeypatch):
    monkeypatch.setattr(imaging, "PATIENCE", 0.1)
    source = saved(tmp_path, encoded(drawn(), "JPEG"))

    with taken("any-0"), taken("any-1"), pytest.raises(imaging.PhotoBusy) as refusal:
        imaging.clean(source, into=into)

    assert (refusal.value.code, refusal.value.status) == ("photo_busy", 503)
    assert list(into.iterdir()) == []
    assert imaging.clean(source, into=into).width == 480


def test_heic_waits_for_its_turn_while_other_photos_pass(tmp_path, into, monkeypatch):
    monkeypatch.setattr(imaging, "PATIENCE", 0.1)

    with taken("heic-0"):
        with pytest.raises(imaging.PhotoBusy):
            imaging.clean(HEIC, into=into)
        assert imaging.clean(saved(tmp_path, encoded(drawn(), "JPEG")), into=into).width == 480


@pytest.mark.parametrize(
    ("master", "sizes"),
    [
        ((2048, 1536), [(1280, 960), (640, 480), (320, 240)]),
        ((1536, 2048), [(960, 1280), (480, 640), (240, 320)]),
        ((1280, 853), [(1280, 853), (640, 426), (320, 213)]),
        ((1000, 500), [(1000, 500), (640, 320), (320, 160)]),
        ((640, 480), [(640, 480), (320, 240)]),
        ((200, 100), [(200, 100)]),
        ((2048, 1), [(1280, 1), (640, 1), (320, 1)]),
    ],
)
def test_a_master_becomes_every_size_that_pages_show(tmp_path, into, master, sizes):
    made = imaging.renditions(saved(tmp_path, encoded(drawn(*master), "JPEG")), into=into)

    assert [(one.width, one.height) for one in made] == [size for size in sizes for _ in range(2)]
    assert [one.size for one in made] == [max(size) for size in sizes for _ in range(2)]
    assert [one.format for one in made] == ["WEBP", "JPEG"] * len(sizes)
    assert sorted(into.iterdir()) == sorted(one.path for one in made)
    for one in made:
        with Image.open(one.path) as image:
            assert (image.format, image.size) == (one.format, (one.width, one.height))
            assert one.height < 10 or apart(image, drawn(*master)) < 4  # small and encoded twice


def test_renditions_can_be_made_of_an_open_file_and_again(tmp_path, into):
    path = saved(tmp_path, encoded(drawn(1500, 1000), "JPEG"))
    first = {one.path: one.path.read_bytes() for one in imaging.renditions(path, into=into)}

    with path.open("rb") as file:
        again = {one.path: one.path.read_bytes() for one in imaging.renditions(file, into=into)}

    assert again == first


def test_a_rendition_carries_nothing_but_its_pixels(tmp_path, into):
    telling = encoded(
        drawn(1500, 1000),
        "JPEG",
        exif=pictures.notes(1),
        icc_profile=pictures.profile(),
        comment=b"MARKER-COMMENT",
    )
    for one in imaging.renditions(saved(tmp_path, telling), into=into):
        data = one.path.read_bytes()
        assert b"MARKER" not in data
        assert "MARKER".encode("utf-16-be") not in data
        with Image.open(one.path) as image:
            assert len(image.getexif()) == 0
            assert {"icc_profile", "exif", "xmp", "comment"}.isdisjoint(image.info)


def test_a_photo_in_the_list_weighs_25_kilobytes_at_most(tmp_path, into):
    photo = saved(tmp_path, encoded(grainy(2016, 1512), "JPEG", quality=88))

    weights = {
        one.size: one.path.stat().st_size
        for one in imaging.renditions(photo, into=into)
        if one.format == "WEBP"
    }

    assert weights[320] <= 25_000 < weights[1280]
