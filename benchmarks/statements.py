"""What the floors ask the database, written by hand for both kinds of it."""

from django.db import connection, transaction

_SHOWN = """
    item.code, item.quantity, item.reserved, item.condition, item.colour, item.material, item.width_cm, item.depth_cm,
    item.height_cm, item.price, item.weight_kg, item.description, item.defects, item.maker, item.text_language,
    site.name_fi AS site_name, site.street_fi AS street, category.name_fi AS kind, category.key AS kind_key,
    photo.key AS photo_key, photo.files, photo.width, photo.height, photo.colour AS fill, photo.alt
"""
_FROM = """
    FROM inventory_item item
    JOIN inventory_site site ON site.id = item.site_id
    JOIN inventory_category category ON category.id = item.category_id
    LEFT JOIN inventory_photo photo ON photo.item_id = item.id
"""

NEWEST = f"""
    SELECT {_SHOWN} {_FROM} AND photo.position = 0
    WHERE item.status = 'published' AND item.quantity > 0 ORDER BY item.published_at DESC, item.id DESC LIMIT 24
"""
ITEM = f"SELECT {_SHOWN} {_FROM} WHERE item.code = %s AND item.status = 'published' ORDER BY photo.position"

_TAKE = """
    UPDATE inventory_item SET reserved = reserved + 1
    WHERE code = %s AND status = 'published' AND quantity >= reserved + 1 RETURNING id, site_id
"""
_COLUMNS = """
    reservations_reservation (
        code, token, bundle, pickup_code, client_key, device, contact_name, contact_channel, contact, wants_reminder, language,
        site_id, places, fulfilment, status, held_until, extensions, changes, miss_excused, created_at, cancel_reason
    )
"""
_VALUES = """
    %s, %s, %s, '', %s, '', '', '', '', true, 'fi', {site}, 0, 'pickup', 'held', CURRENT_TIMESTAMP, 0, 0, false,
    CURRENT_TIMESTAMP, ''
"""
_AT_ONCE = (
    f"WITH taken AS ({_TAKE}) INSERT INTO {_COLUMNS} SELECT {_VALUES.format(site='taken.site_id')} FROM taken"  # noqa: S608  (constants)
)
_AFTERWARDS = f"INSERT INTO {_COLUMNS} VALUES ({_VALUES.format(site='%s')})"  # noqa: S608  (constants)


def reserve(cursor, *, code, key):
    """Whether one piece was there: a guarded UPDATE that feeds an INSERT. SQLite needs two statements for it."""
    names = [f"R{key[:8]}", key[:10], key[:16], key]
    if connection.vendor == "postgresql":
        cursor.execute(_AT_ONCE, [code, *names])
        return cursor.rowcount == 1
    with transaction.atomic():
        cursor.execute(_TAKE, [code])
        row = cursor.fetchone()
        if row:
            cursor.execute(_AFTERWARDS, [*names, row[1]])
    return row is not None
