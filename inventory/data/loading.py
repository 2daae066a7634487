"""Writing the tables beside into the database: what the first migration does, and what a test does after a flush."""

from datetime import date

from . import categories, impact_factors

# The compilation's own date; a city's newer figures get their own day.
FACTORS_FROM = date(2020, 1, 1)
SAME = (
    "icon",
    "width_cm",
    "depth_cm",
    "height_cm",
    "weight_kg",
    "loading_minutes",
    "residents_allowed",
    "impact_key",
)


def load(category_model, factor_model):
    """Make the categories and factors that are not there yet; what the city has changed stays as it is."""
    known = {category.key: category for category in category_model.objects.all()}
    for position, row in enumerate(categories()):
        if row["key"] in known:
            continue
        known[row["key"]] = category_model.objects.create(
            key=row["key"],
            parent=known[row["parent"]] if row["parent"] else None,
            position=position,
            is_electrical=row["electrical"],
            is_estimate=row["estimate"],
            **{f"name_{language}": row[language] for language in ("fi", "sv", "en")},
            **{
                f"synonyms_{language}": "\n".join(row[f"synonyms_{language}"])
                for language in ("fi", "sv", "en")
            },
            **{column: row[column] for column in SAME},
        )
    for row in impact_factors():
        factor_model.objects.get_or_create(
            key=row["category_key"],
            valid_from=FACTORS_FROM,
            defaults={
                "co2e_low": row["co2e_low"],
                "co2e_central": row["co2e_new_kg"],
                "co2e_high": row["co2e_high"],
                "weight_kg": row["weight_kg"],
                "weight_source": row["weight_source"],
                "per_kilo": row["per_kilo"],
                "source": row["co2e_source"],
                "confidence": row["confidence"],
            },
        )
