"""A still WebP at the size that is wanted of it, by the libwebp that came with Pillow.

Pillow reads every WebP as if it moved: two canvases, a copy and a picture, 16 bytes for every pixel. libwebp itself
can shrink while it decodes, and then keeps a few rows of most pictures. ``WebPInitDecoderConfigInternal`` refuses when
the library is of another kind than these structures, which are those of ``webp/decode.h``.
"""

import ctypes

from PIL import Image, _webp

ABI = 0x0209  # WEBP_DECODER_ABI_VERSION; of its four digits the first two have to agree
RGBA = 1  # MODE_RGBA
OUT_OF_MEMORY = 1  # VP8_STATUS_OUT_OF_MEMORY
ANIMATION = 0x02  # a flag of the extended header
MAX_CHUNKS = 64  # a photo has six


class _Features(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_int) for name in ("width", "height", "has_alpha", "has_animation", "format")),
        ("pad", ctypes.c_uint32 * 5),
    ]


class _RGBA(ctypes.Structure):
    _fields_ = [("pixels", ctypes.c_void_p), ("stride", ctypes.c_int), ("size", ctypes.c_size_t)]


class _YUVA(ctypes.Structure):
    _fields_ = [
        ("planes", ctypes.c_void_p * 4),
        ("strides", ctypes.c_int * 4),
        ("sizes", ctypes.c_size_t * 4),
    ]


class _Planes(ctypes.Union):
    _fields_ = [("rgba", _RGBA), ("yuva", _YUVA)]


class _Output(ctypes.Structure):
    _fields_ = [
        ("colours", ctypes.c_int),
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("is_external_memory", ctypes.c_int),
        ("planes", _Planes),
        ("pad", ctypes.c_uint32 * 4),
        ("private_memory", ctypes.c_void_p),
    ]


class _Options(ctypes.Structure):
    _fields_ = [
        *(
            (name, ctypes.c_int)
            for name in (
                "bypass_filtering",
                "no_fancy_upsampling",
                "use_cropping",
                "crop_left",
                "crop_top",
                "crop_width",
                "crop_height",
                "use_scaling",
                "scaled_width",
                "scaled_height",
                "use_threads",
                "dithering_strength",
                "flip",
                "alpha_dithering_strength",
            )
        ),
        ("pad", ctypes.c_uint32 * 5),
    ]


class _Config(ctypes.Structure):
    _fields_ = [("input", _Features), ("output", _Output), ("options", _Options)]


def size(head):
    """Width and height as the header of a WebP claims them."""
    little = int.from_bytes
    if head[12:16] == b"VP8X":
        return little(head[24:27], "little") + 1, little(head[27:30], "little") + 1
    if head[12:16] == b"VP8L":
        bits = little(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return little(head[26:28], "little") & 0x3FFF, little(head[28:30], "little") & 0x3FFF


def moves(head):
    return head[12:16] == b"VP8X" and bool(head[20] & ANIMATION)


def chunk(data, wanted):
    """What the first chunk called ``wanted`` holds, or None."""
    at = 12
    for _ in range(MAX_CHUNKS):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == wanted:
            return data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    return None


def decoded(data, wanted):
    """The picture at the size ``wanted``, no larger than it is, in RGBA or, if it hides nothing, in RGBX."""
    library = ctypes.CDLL(_webp.__file__)  # What Pillow's module leans on is found through it.
    config = _Config()
    if not library.WebPInitDecoderConfigInternal(ctypes.byref(config), ABI):
        raise RuntimeError("libwebp has another interface")
    library.WebPGetFeaturesInternal.argtypes = (
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_void_p,
        ctypes.c_int,
    )
    library.WebPDecode.argtypes = (ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p)
    features = _Features()
    if library.WebPGetFeaturesInternal(data, len(data), ctypes.byref(features), ABI):
        raise ValueError("no WebP")
    width, height = wanted
    pixels = bytearray(width * height * 4)
    place = ctypes.addressof((ctypes.c_char * len(pixels)).from_buffer(pixels))
    output, options = config.output, config.options
    output.colours, output.is_external_memory = RGBA, 1
    output.planes.rgba = _RGBA(place, width * 4, len(pixels))
    if wanted != (features.width, features.height):
        options.use_scaling, options.scaled_width, options.scaled_height = 1, width, height
    status = library.WebPDecode(data, len(data), ctypes.byref(config))
    if status == OUT_OF_MEMORY:
        raise MemoryError
    if status:
        raise ValueError(f"libwebp says {status}")
    mode = "RGBA" if features.has_alpha else "RGBX"
    return Image.frombuffer(mode, wanted, pixels, "raw", mode, 0, 1)
