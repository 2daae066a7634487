"""What a photo costs, as multiples of no more than one must do: a reduced decode, a chain of resizes, encodes.

``ratios()`` measures the product and its floors in turn within each round, in processor time of this process and
of the children it started, and gives back the middle of the rounds. Nothing is compared with a clock on the wall.
"""

import io
import random
import resource
import statistics
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from inventory.domain import imaging

# The goal is the job's: three renditions and their fallbacks against one reduced decode and three encodes, with nothing allowed
# for resizing. The upload decodes a second time, in a process of its own, so that a bad file is refused at once (what that
# costs is shown beside it, and has no goal).
GOALS = {"job / decode + encodes": 1.1}
ORIENTATION = 0x0112


def phone_photo(width=4032, height=3024, *, seed=1):
    """The bytes of a 12-megapixel JPEG as a phone sends it: on its side, with edges and sensor noise."""
    chance = random.Random(seed)

    def grain(wide, high, mode="RGB"):
        return Image.frombytes(mode, (wide, high), chance.randbytes(wide * high * len(mode)))

    picture = grain(4, 3).resize((width, height), Image.Resampling.BICUBIC)
    for wide, weight in ((16, 0.25), (64, 0.18), (256, 0.1), (1024, 0.06)):
        layer = grain(wide, wide * 3 // 4).resize((width, height), Image.Resampling.BICUBIC)
        picture = Image.blend(picture, layer, weight)
    draw = ImageDraw.Draw(picture)
    for _ in range(60):
        x, y, side = (
            chance.randrange(width),
            chance.randrange(height),
            chance.randrange(width // 40, width // 6),
        )
        colour = tuple(chance.randbytes(3))
        draw.rectangle((x, y, x + side, y + side // 2), fill=colour, outline="black", width=4)
    noise = grain(width, height, "L").convert("RGB")
    picture = Image.blend(picture, noise, 0.08)
    notes = Image.Exif()
    notes[ORIENTATION] = 6
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, exif=notes)
    return out.getvalue()


def _upright(photo):
    image = Image.open(io.BytesIO(photo), formats=["JPEG"])
    image.draft("RGB", (imaging.SIZES[0], imaging.SIZES[0]))
    return ImageOps.exif_transpose(image)


def _chain(image, *, how):
    sizes = []
    for longest in imaging.SIZES:
        scale = longest / max(image.size)
        image = image.resize((round(image.width * scale), round(image.height * scale)), **how)
        sizes.append(image)
    return sizes


def _encode(images):
    for image in images:
        image.save(io.BytesIO(), "WEBP", **imaging.WEBP)


def _spent():
    """Seconds of processor time of this process and of its finished children."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _cost(act, *arguments, **options):
    before = _spent()
    result = act(*arguments, **options)
    return _spent() - before, result


def _round(path, photo, folder):
    """One round: what each part cost, in seconds that mean nothing outside this round."""
    lanczos, ours = (
        {"resample": Image.Resampling.LANCZOS},
        {"resample": Image.Resampling.HAMMING, "reducing_gap": 1.0},
    )
    decode, image = _cost(_upright, photo)
    chain, images = _cost(_chain, image, how=lanczos)
    cheap_chain, _ = _cost(_chain, image, how=ours)
    encode, _ = _cost(_encode, images)
    clean, master = _cost(imaging.clean, path, into=folder)
    job, _ = _cost(imaging.renditions, master.path, into=folder)
    master.path.unlink()
    floor = decode + chain + encode
    return {
        "upload + job / floor": (clean + job) / floor,
        "job / floor": job / floor,
        "upload / floor": clean / floor,
        "upload + job / floor with our resizing": (clean + job) / (decode + cheap_chain + encode),
        "upload + job / decode + encodes": (clean + job) / (decode + encode),
        "job / decode + encodes": job / (decode + encode),
    }


def ratios(*, rounds=9):
    """The middle of ``rounds`` rounds of each ratio, by name.

    The floor is one reduced decode of the phone's JPEG turned upright, a Lanczos chain from the largest size to
    the smallest, and three WebP encodes with the product's own settings. The product is charged for all it does:
    starting its decoder, the master with its hash and colour, the second decode, and the three JPEG fallbacks.
    """
    photo = phone_photo()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "phone.jpg"
        path.write_bytes(photo)
        _round(path, photo, Path(name))  # warms every cache
        measured = [_round(path, photo, Path(name)) for _ in range(rounds)]
    return {what: statistics.median(one[what] for one in measured) for what in measured[0]}


if __name__ == "__main__":
    for what, ratio in ratios().items():
        print(f"{ratio:5.2f}  {what}")
