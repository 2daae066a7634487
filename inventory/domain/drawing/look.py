"""Of what a drawn thing is made: its own colour, the colours beside it, and its small differences."""

from dataclasses import dataclass
from random import Random

from inventory.vocabulary import COLOURS

WOODS = {"birch", "oak", "beech", "walnut", "pine"}
SWATCHES = {colour.key: colour.swatch for colour in COLOURS}
# Pure black and white lose their edges in soft light; red and yellow shout in it.
CALM = {"black": (58, 58, 62), "white": (240, 239, 235), "chrome": (196, 202, 208)}
MANY = ((188, 84, 74), (226, 178, 76), (92, 140, 118), (84, 122, 168), (170, 120, 160))
STEEL, DARK, WHITE, PALE = (168, 172, 178), (64, 66, 70), (236, 235, 231), (206, 200, 190)
SPINES = (
    (150, 70, 62),
    (86, 112, 96),
    (214, 196, 160),
    (74, 92, 120),
    (196, 150, 84),
    (226, 222, 212),
    (110, 90, 110),
)
BIRCH, OAK = (226, 205, 168), (190, 152, 102)


@dataclass
class Look:
    """``main`` is the thing's colour as the vocabulary has it; ``metal`` that of legs and frames."""

    key: str
    rng: Random

    def __post_init__(self):
        self.main = CALM.get(self.key) or calm(SWATCHES.get(self.key, SWATCHES["grey"]))
        self.is_wood = self.key in WOODS
        self.metal = self.rng.choice([STEEL, DARK, STEEL, (214, 214, 212)])
        self.size = self.rng.uniform(0.94, 1.06)

    @property
    def body(self):
        """How a large surface of the main colour looks."""
        return {"grain": self.is_wood, "gloss": 0.5 if self.key == "chrome" else 0.12}

    @property
    def wood(self):
        """Wood beside the main colour; the main colour itself when that is wood."""
        return self.main if self.is_wood else self.rng.choice([BIRCH, OAK, (214, 180, 132)])

    def part(self, number=0):
        """The main colour, or one of many where the thing is multicoloured."""
        return MANY[number % len(MANY)] if self.key == "multicoloured" else self.main

    def vary(self, low, high):
        return self.rng.uniform(low, high)


def calm(swatch):
    """A swatch of the vocabulary as daylight shows it: a little lighter and a little greyer."""
    parts = [int(swatch[place : place + 2], 16) for place in (1, 3, 5)]
    grey = sum(parts) / 3
    return tuple(round(min(244, (part * 0.84 + grey * 0.16) * 1.04 + 6)) for part in parts)


def shade(colour, share):
    return tuple(min(255, round(part * share)) for part in colour)


def darker(colour, share=0.8):
    return shade(colour, share)


def lighter(colour, share=0.3):
    return tuple(round(part + (250 - part) * share) for part in colour)
