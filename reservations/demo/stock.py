"""What stands in the demo's warehouses: drawn, weighed, described, put on a shelf."""

from datetime import timedelta
from decimal import Decimal
from zlib import crc32

from inventory.domain import drawing, intake, photos
from inventory.models import Category, LastStage, Shelf

# How often each kind comes in, as in a city that moves offices and schools.
OFTEN = {
    "office_chair": 16, "desk": 9, "desk_electric": 8, "meeting_chair": 8, "cabinet": 7, "pedestal": 6, "bookshelf": 7,
    "school_chair": 6, "school_desk": 5, "meeting_table": 5, "visitor_chair": 5, "stacking_chair": 5, "sofa": 3, "armchair": 3,
    "whiteboard": 3, "locker": 3, "coat_rack": 3, "floor_lamp": 2, "desk_lamp": 3, "stool": 3, "screen": 2, "coffee_table": 2,
    "wardrobe": 2, "bench": 2, "carpet": 1, "mirror": 1, "plant_pot": 2, "trolley": 2, "garden_table": 1, "bed_frame": 1,
    "dining_table": 2, "notice_board": 2, "waste_bin": 2, "chest": 1, "filing_cabinet": 2,
}  # fmt: skip
IN_LOTS = {
    "school_chair",
    "school_desk",
    "stacking_chair",
    "meeting_chair",
    "visitor_chair",
    "locker",
    "stool",
}
FABRIC = ["black", "grey", "blue", "green", "red", "beige"]
WOODEN = ["birch", "oak", "white", "beech", "grey", "walnut"]
SOFT = {
    "office_chair",
    "meeting_chair",
    "visitor_chair",
    "sofa",
    "armchair",
    "screen",
    "carpet",
    "stacking_chair",
    "school_chair",
}
CONDITIONS = ["as_new", "good", "good", "good", "good", "worn", "worn", "fix"]
# Such as any kind of furniture may have.
DEFECTS = {
    "fi": ["Pinnassa naarmuja.", "Reunassa pieni kolhu.", "Yhdellä sivulla tahra."],
    "sv": ["Repor på ytan.", "Ett litet märke i kanten.", "En fläck på ena sidan."],
    "en": ["Scratches on the surface.", "A small dent in the edge.", "A stain on one side."],
}
# These do not stand for ever: so many working days for residents, then for associations too, and where they go after that.
NOT_FOR_EVER = {
    "cabinet": (45, 15, LastStage.RECYCLING),
    "filing_cabinet": (45, 15, LastStage.RECYCLING),
    "desk_electric": (60, 20, LastStage.AUCTION),
    "meeting_table": (60, 20, LastStage.AUCTION),
    "locker": (30, 100, LastStage.RECYCLING),
}
# Each kind comes in this many colours, each drawn once and shared by the demo's items that look alike.
COLOURS_OF_A_KIND = 2


class Studio:
    """Draws each picture once: through the same door as a worker's photos, then shared by the items that look like it."""

    def __init__(self, *, at):
        self.at = at
        self.drawn = {}

    def photo(self, category, colour, view):
        key = (category.key, colour, view)
        if key not in self.drawn:
            self.drawn[key] = self._draw(*key)
        first = self.drawn[key]
        return photos.sharing(first, at=self.at)

    def _draw(self, kind, colour, view):
        # One seed for all views, so that they show one and the same thing.
        seed = crc32(f"{kind} {colour}".encode())
        picture = drawing.draw(kind, colour=colour, seed=seed, view=view, size=(1200, 900))
        photo = photos.take_in_bytes(picture, by=None, at=self.at, is_drawing=True)
        photos.make_renditions(photo, at=self.at)
        photo.refresh_from_db()
        return photo


class Warehouse:
    """Logs things as a worker would, one after the other."""

    def __init__(self, dice, *, sites, worker, departments, studio):
        self.dice, self.worker, self.departments, self.studio = dice, worker, departments, studio
        for key, (residents, associations, last) in NOT_FOR_EVER.items():
            Category.objects.filter(key=key).update(
                residents_days=residents, associations_days=associations, last_stage=last
            )
        self.sites = sites
        self.shelves = {site.pk: list(Shelf.objects.filter(site=site)) for site in sites}
        self.categories = {category.key: category for category in Category.objects.select_related("parent")}
        self.kinds, self.weights = list(OFTEN), list(OFTEN.values())
        self.colours = {
            kind: dice.sample(FABRIC if kind in SOFT else WOODEN, COLOURS_OF_A_KIND) for kind in OFTEN
        }

    def photo(self, kind, colour):
        """One picture of a kind of thing."""
        return self.studio.photo(self.categories[kind], colour, 0)

    def log(self, *, at, kind=None, pieces=None, site=None):
        """One more item, with its photos, on a shelf, published; the dice say what comes where it is not asked for."""
        dice = self.dice
        category = self.categories[kind or dice.choices(self.kinds, self.weights)[0]]
        colour = dice.choice(self.colours[category.key])
        site = site or dice.choices(self.sites, [3, 2])[0]
        views = range(1 if dice.random() < 0.6 else 2)
        language = dice.choices(["fi", "sv", "en"], [8, 2, 1])[0]
        condition = "good" if kind else dice.choice(CONDITIONS)
        return intake.log(
            by=self.worker,
            at=at,
            photos=[self.studio.photo(category, colour, view) for view in views],
            quantity=pieces or self._pieces(category),
            category=category,
            site=site,
            shelf=dice.choice(self.shelves[site.pk]),
            condition=condition,
            colour=colour,
            text_language=language,
            defects=dice.choice(DEFECTS[language]) if condition in {"worn", "fix"} else "",
            owner=dice.choice([None, *self.departments]),
            **self._sizes(category),
        )

    def _pieces(self, category):
        if category.key in IN_LOTS and self.dice.random() < 0.7:
            return self.dice.choice([4, 6, 8, 12, 20, 24, 40])
        return self.dice.choices([1, 2, 4], [8, 1, 1])[0]

    def _sizes(self, category):
        """Sizes near the usual ones; a third were never measured."""
        if self.dice.random() < 0.33:
            return {}
        sizes = {}
        for name in ("width_cm", "depth_cm", "height_cm", "weight_kg"):
            usual = category.inherited(name)
            if usual:
                sizes[name] = max(
                    Decimal(1), (usual * Decimal(self.dice.uniform(0.9, 1.1))).quantize(Decimal(1))
                )
        return sizes


def spread(dice, number, *, start, end):
    """``number`` moments between ``start`` and ``end``, in order; more of them lately."""
    span = (end - start).total_seconds()
    return sorted(start + timedelta(seconds=span * dice.random() ** 0.7) for _one in range(number))
