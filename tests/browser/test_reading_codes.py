"""The page's own reader of QR codes, in the browser: labels that we print, as a camera sees them; and pictures without a code.

Rather none than a wrong one: no picture here may be read as another text than the one that is in it.
"""

import base64
import io
import random

import pypdfium2
import pytest
import segno
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import expect

from inventory.domain.label_sheets import ROLL, Label, draw
from recycling.codes import new_item_code, shown
from tests.factories import make_item

from .scenes import Scene, photo
from .test_scan import hall  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SEEN = """
  const { WAYS, codesIn } = await import("/static/js/qr/reader.js");
  const seen = [];
  for (const picture of pictures) {
    const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(bitmap, 0, 0);
    seen.push(pen.getImageData(0, 0, canvas.width, canvas.height));
  }
"""
READ = f"async (pictures) => {{ {SEEN} return seen.map((one) => codesIn(one)); }}"
# As the camera does it: each look in another way.
TIME = f"""async (pictures) => {{ {SEEN}
  return Array.from({{ length: 30 }}, (_one, look) => {{
    const began = performance.now();
    codesIn(seen[look % 2], [WAYS[look % 3]]);
    return performance.now() - began;
  }});
}}"""
# What long and short links need, and the first that says its version itself; the others are for make thorough.
OFTEN = {3, 4, 7}
# Each is a label in one light and from one side: what a telephone in a hall sees.
SCENES = {
    "straight": Scene(),
    "far": Scene(width=200),
    "near": Scene(width=420),
    "quarter turned": Scene(angle=90),
    "upside down": Scene(angle=183),
    "askew": Scene(angle=45),
    "turned a little": Scene(angle=-20),
    "from below": Scene(tilt=(30, 0)),
    "from the side": Scene(tilt=(0, -35)),
    "from a corner": Scene(angle=30, tilt=(25, 25), width=300),
    "very slanting": Scene(angle=75, tilt=(40, 10), width=320),
    "a little blurred": Scene(blur=1.2, angle=10),
    "blurred": Scene(blur=1.8, angle=-35, width=320),
    "grainy": Scene(noise=12, blur=0.6, angle=12),
    "in the dark": Scene(levels=(14, 55), wall=40, noise=4, blur=0.6, angle=7),
    "faded": Scene(levels=(105, 145), wall=125, noise=3, blur=0.6, angle=-50),
    "half in the shadow": Scene(shade=0.8, noise=4, blur=0.6, angle=20, width=320),
    "in the corner of the picture": Scene(width=220, at=(0.22, 0.26), angle=5),
}


@pytest.fixture
def read(open_page):
    """``read([picture, ...])``: the texts in each."""
    page = open_page(language="en")
    page.goto("/en/")

    return lambda pictures: page.evaluate(READ, list(map(sent, pictures)))


def sent(picture):
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return base64.b64encode(out.getvalue()).decode()


def square(text, **options):
    """The QR code of ``text`` with its quiet zone."""
    out = io.BytesIO()
    segno.make(text, micro=False, **({"error": "m", "boost_error": False} | options)).save(
        out, kind="png", scale=8, border=4
    )
    return Image.open(out).convert("L")


def labels(codes):
    """The labels with these codes as they come out of the printer."""
    made = [
        Label(f"https://kierto.example/i/{code}", (shown(code)[:4], shown(code)[4:]), "Työtuoli, musta")
        for code in codes
    ]
    with pypdfium2.PdfDocument(draw(made, paper=ROLL)) as document:
        return [page.render(scale=300 / 72, grayscale=True).to_pil() for page in document]


def left_part(label):
    """The half of the label with the code."""
    return label.crop((0, 0, round(label.width * 29 / 62), label.height))


@pytest.mark.parametrize("name", SCENES)
def test_a_printed_label_reads_however_it_is_held(read, name):
    codes = [new_item_code() for _label in range(4)]
    pictures = [
        photo(left_part(label), SCENES[name], seed=number) for number, label in enumerate(labels(codes))
    ]
    assert read(pictures) == [[f"https://kierto.example/i/{code}"] for code in codes]


def test_the_whole_label_reads_and_two_of_them_are_two(read):
    codes = [new_item_code() for _label in range(2)]
    one, other = labels(codes)
    both = Image.new("L", (one.width, one.height * 2), 255)
    both.paste(one, (0, 0))
    both.paste(other, (0, one.height))
    links = [f"https://kierto.example/i/{code}" for code in codes]
    alone, together = read([photo(one, Scene(width=500)), photo(both, Scene(width=480))])
    assert (alone, sorted(together)) == (links[:1], sorted(links))


@pytest.mark.parametrize(
    "version",
    [one if one in OFTEN else pytest.param(one, marks=pytest.mark.thorough) for one in range(1, 11)],
)
def test_every_version_level_and_mask_reads(read, version):
    chance = random.Random(version)
    characters = {"numeric": "0123456789", "alphanumeric": "ABCXYZ019 $%*+-./:", "byte": "abc/:.?=åäö€"}
    texts, pictures = [], []
    for number, (error, mask) in enumerate((error, mask) for error in "lmqh" for mask in range(8)):
        kind = list(characters)[number % 3]
        text = "".join(chance.choices(characters[kind], k=max(2, (version**2 + 4 * version) // 3)))
        texts.append(text)
        made = square(text, error=error, mask=mask, version=version)
        tilt = (chance.uniform(-12, 12), chance.uniform(-12, 12))
        pictures.append(photo(made, Scene(width=360, angle=chance.uniform(-12, 12), tilt=tilt)))
    assert read(pictures) == [[text] for text in texts]


def test_a_label_that_is_dirty_is_put_right_and_one_that_is_torn_is_not_read_as_another(read):
    codes = [new_item_code() for _label in range(8)]
    links = [[f"https://kierto.example/i/{code}"] for code in codes]
    dirty, torn = [], []
    for label in map(left_part, labels(codes)):
        spot = label.copy()
        middle = label.width // 2
        ImageDraw.Draw(spot).ellipse((middle, middle - 8, middle + 40, middle + 32), fill=90)
        dirty.append(photo(spot, Scene(angle=8)))
        half = label.copy()
        ImageDraw.Draw(half).rectangle((0, round(label.height * 0.55), label.width, label.height), fill=255)
        torn.append(photo(half, Scene(angle=8)))
    assert read(dirty) == links
    assert read(torn) == [[]] * len(torn)


def test_damage_is_put_right_or_nothing_is_read(read):
    """The control of the correction: more and more squares of the code are turned round, and no text is ever another one."""
    chance = random.Random(5)
    link = f"https://kierto.example/i/{new_item_code()}"
    whole = square(link)
    pictures = []
    for wrong in range(0, 240, 4):
        hurt = whole.copy()
        for _module in range(wrong):
            x, y = (8 * chance.randrange(12, 33) for _axis in range(2))
            level = hurt.getpixel((x + 4, y + 4))
            hurt.paste(255 - level, (x, y, x + 8, y + 8))
        pictures.append(hurt)
    found = read(pictures)
    assert found[0] == found[3] == [link]
    assert found[-1] == []
    assert [one for one in found if one not in ([link], [])] == []


def test_a_picture_without_a_code_has_none(read):
    walls = [
        Image.effect_noise((640, 480), sigma).filter(ImageFilter.GaussianBlur(blur))
        for sigma in (30, 90)
        for blur in (0, 1, 3, 6)
    ]
    stark = [wall.point(lambda level: 255 if level > 128 else 0) for wall in walls]
    board = Image.new("L", (640, 480), 255)
    for x in range(0, 640, 16):
        for y in range(0, 480, 16):
            board.paste(0 if (x + y) // 16 % 2 else 255, (x, y, x + 16, y + 16))
    words = labels([new_item_code()])[0]
    words = photo(words.crop((round(words.width * 0.45), 0, words.width, words.height)), Scene(width=560))
    empty = Image.new("L", (640, 480), 128)
    pictures = [*walls, *stark, board, words, empty, Image.new("L", (3, 2), 0)]
    assert read(pictures) == [[]] * len(pictures)


def test_a_slow_phone_gets_five_pictures_a_second(open_page):
    """The processor is made four times slower; a picture with a code and one without, in turns."""
    page = open_page(language="en")
    page.goto("/en/")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    label = photo(left_part(labels([new_item_code()])[0]), Scene(noise=8, blur=0.6, angle=12))
    took = page.evaluate(TIME, [sent(label), sent(Image.effect_noise((640, 480), 40))])
    assert sorted(took)[len(took) // 2] < 200, took


@pytest.mark.parametrize("name", ["straight", "from a corner"])
def test_the_scan_page_opens_the_thing_whose_label_the_camera_sees(hall, filming, live_server, name):  # noqa: F811  (the fixture)
    item = make_item()
    label = photo(square(f"{live_server.url}/i/{item.code}"), SCENES[name])
    page = hall(within=filming(label), permissions=["camera"])
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    assert page.goto("/en/wh/scan").ok
    page.wait_for_url(f"**/wh/items/{item.shown_code}")
    assert any("/js/qr/reader.js" in url for url in loaded)


def test_where_the_browsers_own_detector_does_not_work_ours_takes_over(hall, filming, live_server):  # noqa: F811  (the fixture)
    item = make_item()
    broken = """
      window.BarcodeDetector = class {
        static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
        detect() { return Promise.reject(new DOMException("no", "NotSupportedError")); }
      };
    """
    label = photo(square(f"{live_server.url}/i/{item.code}"))
    page = hall(broken, within=filming(label), permissions=["camera"])
    page.goto("/en/wh/scan")
    page.wait_for_url(f"**/wh/items/{item.shown_code}")


def test_a_reader_that_cannot_be_loaded_is_told(hall):  # noqa: F811  (the fixture)
    page = hall(permissions=["camera"])
    page.route("**/js/qr/**", lambda route: route.abort())
    page.goto("/en/wh/scan")
    expect(page.locator("[data-says]")).to_contain_text(
        "The camera cannot read codes until there is a network."
    )
    expect(page.get_by_role("button", name="Start the camera")).to_be_visible()


def test_a_foreign_code_in_front_of_the_camera_is_told(hall, filming):  # noqa: F811  (the fixture)
    page = hall(within=filming(photo(square("https://example.org/menu"))), permissions=["camera"])
    page.goto("/en/wh/scan")
    expect(page.locator("[data-says]")).to_contain_text("This code is not one of ours")


def test_a_wall_in_front_of_the_camera_is_told_after_a_while(hall, filming):  # noqa: F811  (the fixture)
    page = hall(within=filming(Image.new("L", (640, 480), 150)), permissions=["camera"])
    page.goto("/en/wh/scan")
    expect(page.get_by_text("No code is seen yet.")).to_be_visible()


def test_the_reader_is_loaded_only_where_the_camera_is_started(hall):  # noqa: F811  (the fixture)
    page = hall()
    loaded = []
    # A phone also keeps the files for the time without a network; only a script that is run is loaded.
    page.on("request", lambda request: request.resource_type == "script" and loaded.append(request.url))
    page.goto("/en/wh/scan")
    page.wait_for_load_state("networkidle")
    assert not [url for url in loaded if "/js/qr/" in url]
