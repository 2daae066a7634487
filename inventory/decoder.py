"""The only place where a stranger's picture is opened: a program of its own that may die at any moment.

``main(source, master)`` reads the one file, writes a clean JPEG to the other and prints a line of JSON about it.
When it will not, it prints ``{"error": code}`` and ends with a status that is not 0.
``inventory.domain.imaging`` starts it and turns every other ending into a refusal.

It starts in a few hundredths of a second, because it imports Pillow, the one plugin it needs and little else.
"""

import io
import json
import os
import resource
import warnings
from importlib import import_module

from PIL import Image

MIB = 1024 * 1024
MAX_BYTES = 20 * MIB
MAX_PIXELS = 50_000_000
MAX_SIDE = 12_000
# A progressive JPEG has about ten scans; each of a thousand would walk through the whole picture again.
MAX_SCANS = 40
MAX_WORDS = 4 * MIB  # what the words in a PNG may unpack to
# What a child may hold of its own. The libraries it shares with its like come on top: about 10 MiB, so that its peak
# stays within 256 MiB, and within 640 MiB for HEIC.
MEMORY = 244 * MIB
HEIC_MEMORY = 512 * MIB
LIBRARIES = 128 * MIB  # of addresses, most of which are never touched
# libjpeg holds two bytes for every sample of a picture that comes in several scans, and the picture comes beside it.
SCANS_MEMORY = 216 * MIB
SECONDS = 15
MASTER_SIDE = 2048
# A 12-megapixel phone picture is 4,032 wide. Its half, 2,016, comes out of the JPEG decoder for nothing, so a
# picture that is nearly as large as a master may be is taken as it comes.
NEARLY_MASTER = 1920
MASTER_QUALITY = 88
BAND = 1_000_000  # pixels that are worked on at a time

HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis"}
SEQUENCE_BRANDS = {b"hevc", b"hevx", b"msf1"}
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
COLOUR_SPACES = {"RGB": "RGB ", "CMYK": "CMYK", "L": "GRAY"}


class Unwelcome(Exception):  # noqa: N818  (an answer about the picture, not a fault of this program)
    """The picture is not taken; ``code`` says why."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def sniff(head):
    """The one format that the first bytes of a file claim, or None when it is none of the four we take."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        length = min(int.from_bytes(head[:4], "big"), len(head))
        brands = {head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))}
        return "HEIF" if brands & (HEIC_BRANDS | SEQUENCE_BRANDS) else None
    return None


def fitted(size, longest):
    """``size`` with its longest side at most ``longest``; never enlarged."""
    scale = min(1, longest / max(size))
    return tuple(max(1, round(side * scale)) for side in size)


def resized(image, size):
    """``image`` at ``size``, no larger than it is; whole factors are averaged away, which is cheap."""
    return image if size == image.size else image.resize(size, Image.Resampling.HAMMING, reducing_gap=1.0)


def limit_resources():
    """Bound memory, time and what can be written, and leave no core dump of somebody's picture."""
    limit_memory(HEIC_MEMORY)
    for what, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, MAX_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def limit_memory(most):
    """A limit can be lowered and never be raised again."""
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_AS, (most + LIBRARIES, most + LIBRARIES))


def taken(file):
    """The picture in ``file``, decoded as exactly what its first bytes claim, and what they claim."""
    head = file.read(64)
    kind = sniff(head)
    if kind is None:
        raise Unwelcome("not_an_image")
    if kind != "HEIF":
        limit_memory(MEMORY)
    if file.seek(0, os.SEEK_END) > MAX_BYTES:
        raise Unwelcome("too_large")
    file.seek(0)
    return kind, READERS[kind](file)


def jpeg(file):
    """A JPEG and nothing else: this class never sees the further pictures that a phone hangs behind the first."""
    from PIL.JpegImagePlugin import JpegImageFile  # noqa: PLC0415  (only the plugin that this picture needs)

    class Jpeg(JpegImageFile):
        def _read_dpi_from_exif(self):
            """Of no use here, and it would let Pillow's whole TIFF reader loose on a stranger's notes."""

    image = Jpeg(file)
    check_size(image.size)
    held = check_effort(file, image)
    ask_for_less(image)
    if held and held + 4 * image.width * image.height > SCANS_MEMORY:
        raise Unwelcome("too_heavy")
    return loaded(image)


def png(file):
    from PIL import PngImagePlugin as plugin  # noqa: N813, PLC0415  (only the plugin that this picture needs)

    # Words are not kept, so a picture need not bring many of them; Pillow would hold 64 MiB.
    plugin.MAX_TEXT_MEMORY = MAX_WORDS
    image = plugin.PngImageFile(file)
    check_size(image.size)
    if image.is_animated:
        raise Unwelcome("animated")
    return loaded(image)


def loaded(image):
    """The master of a file that Pillow reads."""
    image.load()
    turn = orientation(image.info.get("exif") or b"")
    profile = image.info.get("icc_profile")
    size, small = image.size, shrunk(image)
    if small is not image:
        image.close()  # The large one goes before anything else is made.
    return finished(as_master(small, size), profile, turn)


def webp(file):
    library = import_module("inventory.webp")
    data = file.read()
    size = library.size(data)
    check_size(size)
    if library.moves(data):
        raise Unwelcome("animated")
    try:
        image = library.decoded(data, fitted(size, MASTER_SIDE))
    except AttributeError:  # A Pillow that shows nothing of its libwebp: its own way takes 16 bytes a pixel.
        return loaded(import_module("PIL.WebPImagePlugin").WebPImageFile(io.BytesIO(data)))
    turn = orientation(library.chunk(data, b"EXIF") or b"")
    return finished(opaque(image), library.chunk(data, b"ICCP"), turn)


def heic(file):
    """The primary picture of a HEIC file. Bursts and depth maps beside it are left alone."""
    data = file.read()
    if data[8:12] in SEQUENCE_BRANDS:
        raise Unwelcome("animated")
    pi_heif = import_module("pi_heif")
    pi_heif.options.DECODE_THREADS = 1
    pi_heif.options.THUMBNAILS = pi_heif.options.DEPTH_IMAGES = pi_heif.options.AUX_IMAGES = False
    pictures = pi_heif.open_heif(io.BytesIO(data))
    image = pictures[pictures.primary_index]
    check_size(image.size)
    pixels, mode, stride = memoryview(image.data), image.mode, image.stride
    size = image.size  # as it is seen: its decoder has turned it already

    def rows(top, end):
        part = pixels[top * stride : end * stride]
        return Image.frombytes(mode, (size[0], end - top), part, "raw", mode, stride)

    return finished(as_master(shrunk_by_bands(size, rows), size), image.info.get("icc_profile"), 1)


READERS = {"JPEG": jpeg, "PNG": png, "WEBP": webp, "HEIF": heic}


def check_size(size):
    width, height = size
    if width < 1 or height < 1:
        raise Unwelcome("broken")
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise Unwelcome("too_many_pixels")


def check_effort(file, image):
    """Refuse a JPEG that is far too short for its size, or would be walked through again and again.

    Returns how much libjpeg must hold of it: two bytes a sample of what comes in several scans, else next to nothing.
    """
    scan = file.tell()
    file.seek(0)
    data = file.read()
    # Even one flat colour takes a bit for every block of 64 pixels and channel.
    if len(data) * 1024 < image.width * image.height:
        raise Unwelcome("broken")
    progressive = "progressive" in image.info
    if progressive and data.count(b"\xff\xda") > MAX_SCANS:
        raise Unwelcome("too_heavy")
    channels = data[data.rindex(b"\xff\xda", 0, scan) + 4]
    return 2 * samples(image) if progressive or channels < image.layers else 0


def samples(image):
    """How many numbers a JPEG is made of: fewer than three a pixel when its colours are coarser than its light."""
    across, down = (max(layer[way] for layer in image.layer) for way in (1, 2))
    blocks = -(-image.width // (8 * across)) * -(-image.height // (8 * down))
    return 64 * blocks * sum(layer[1] * layer[2] for layer in image.layer)


def ask_for_less(image):
    """Ask the JPEG decoder for the smallest of its sizes that is still nearly a master."""
    longest = max(image.size)
    for scale in (8, 4, 2):
        if longest // scale >= NEARLY_MASTER:
            image.draft(None, (image.width // scale, image.height // scale))
            return


def orientation(notes):
    """How the camera was held, 1 to 8, out of the EXIF ``notes``. Broken notes must not cost anybody the picture."""
    notes = notes.removeprefix(b"Exif\0\0")
    little = notes[:2] == b"II"

    def number(at, length):
        return int.from_bytes(notes[at : at + length], "little" if little else "big")

    if little or notes[:2] == b"MM":
        table = number(4, 4)
        for entry in range(table + 2, table + 2 + 12 * number(table, 2), 12):
            if number(entry, 2) == ORIENTATION:
                return number(entry + 8, 2)
    return 1


def opaque(image):
    """``image`` in RGB, CMYK or L, with what shows through it laid on white."""
    if not image.has_transparency_data:
        return image if image.mode in COLOUR_SPACES else image.convert("RGB")
    image = image.convert("RGBA")
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def to_srgb(image, profile):
    """``image`` in the sRGB that every screen expects, whatever ``profile`` its numbers were meant in."""
    if profile:
        cms = import_module("PIL.ImageCms")
        try:
            source = cms.ImageCmsProfile(io.BytesIO(profile))
            known = cms.getProfileDescription(source).strip().startswith("sRGB")
            if not known and source.profile.xcolor_space == COLOUR_SPACES[image.mode]:
                screen = cms.createProfile("sRGB")
                return cms.profileToProfile(image, source, screen, outputMode="RGB")
        except (cms.PyCMSError, OSError, ValueError, TypeError):
            pass  # A profile that cannot be read says nothing about the colours.
    return image.convert("RGB") if image.mode != "RGB" else image


def plain(image):
    """``image`` in a mode whose pixels can be mixed: no palette, no single bits, no sixteen bits."""
    if image.mode.startswith("I"):  # Sixteen bits: Pillow's own conversion would cut them off at white.
        return image.convert("I").point(lambda level: level / 256).convert("L")
    if image.mode in ("1", "P") or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def factors(size):
    """By what whole numbers a picture of ``size`` can be divided and still be no smaller than a master."""
    return tuple(side // less for side, less in zip(size, fitted(size, MASTER_SIDE), strict=True))


def shrunk(image):
    """``image`` on white and divided by its ``factors``. Nothing else is ever as large as it is."""
    across, down = factors(image.size)
    if image.mode not in COLOUR_SPACES or image.has_transparency_data:
        return shrunk_by_bands(image.size, lambda top, end: image.crop((0, top, image.width, end)))
    return image if across == down == 1 else image.reduce((across, down))


def shrunk_by_bands(size, rows):
    """The same for a picture of which ``rows(top, end)`` gives a part, when each part needs to be converted first."""
    width, height = size
    across, down = factors(size)
    step = max(1, BAND // (width * down)) * down
    small = None
    for top in range(0, height, step):
        band = opaque(plain(rows(top, min(top + step, height)))).reduce((across, down))
        if small is None:
            small = Image.new(band.mode, (-(-width // across), -(-height // down)))
        small.paste(band, (0, top // down))
    return small


def as_master(small, size):
    """The shrunk picture of what was of ``size``, as large as a master is."""
    wanted = fitted(size, MASTER_SIDE)
    if small.size == wanted:
        return small
    box = (0, 0, *(side / factor for side, factor in zip(size, factors(size), strict=True)))
    return small.resize(wanted, Image.Resampling.HAMMING, box)


def finished(image, profile, turn):
    """What a person expects to see of ``image``: upright, in sRGB, and nothing but its pixels."""
    image = to_srgb(image, profile)
    if turn in TURNS:
        image = image.transpose(TURNS[turn])
    image.info = {}  # Pillow would write a comment or a profile it finds here.
    return image


def average_colour(image):
    return "#" + image.resize((1, 1), Image.Resampling.BOX, reducing_gap=1.0).tobytes().hex()


def dhash(image):
    """64 bits, one a spot: is it lighter than the next? They survive shrinking and saving again."""
    grey = image.resize((9, 8), Image.Resampling.BOX).convert("L").tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            spot = row * 9 + column
            bits = bits << 1 | (grey[spot] > grey[spot + 1])
    return f"{bits:016x}"


def decode(source, master):
    """Write the clean master of ``source``; returns what there is to know about it."""
    with open(source, "rb") as file:  # noqa: PTH123  (pathlib takes as long to import as the master to write)
        kind, image = taken(file)
    image.save(master, quality=MASTER_QUALITY)
    small = resized(image, fitted(image.size, 256))
    return {
        "width": image.width,
        "height": image.height,
        "colour": average_colour(small),
        "dhash": dhash(small),
        "format": kind,
    }


def main(source, master):
    limit_resources()
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        report, status = decode(source, master), 0
    except Unwelcome as no:
        report, status = {"error": no.code}, 3
    except MemoryError:
        report, status = {"error": "too_heavy"}, 3
    except Exception:  # noqa: BLE001  (whatever a decoder stumbles over, the file is not a picture we can use)
        report, status = {"error": "broken"}, 3
    print(json.dumps(report), flush=True)  # noqa: T201  (the answer to the process that waits for it)
    os._exit(status)  # Nothing is left to tidy up, and tidying costs as much as writing the picture.
