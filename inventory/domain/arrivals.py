"""From which room of which load pieces came: kept while they are separated into other lots and merged into others.

Equal pieces of one lot cannot be told apart. Which of two rooms a separated one came from is a convention (the room that
came first); that the numbers of each room stay right is not.
"""

from django.db.models import F

from inventory.models import Arrival


def carry(item, pieces, *, to):
    """``pieces`` of ``item`` are a lot of their own now, ``to``. The item's row is locked by the caller."""
    left = pieces
    for arrival in Arrival.objects.filter(item=item).order_by("pk"):
        if not left:
            return
        going = min(left, arrival.pieces)
        left -= going
        if going == arrival.pieces:
            Arrival.objects.filter(pk=arrival.pk).update(item=to)
        else:
            Arrival.objects.filter(pk=arrival.pk).update(pieces=F("pieces") - going)
            Arrival.objects.create(item=to, room=arrival.room, pieces=going)


def pour(item, *, into):
    """All pieces of ``item`` are pieces of ``into`` now. Both rows are locked by the caller."""
    for arrival in Arrival.objects.filter(item=item):
        same = Arrival.objects.filter(item=into, room=arrival.room)
        if same.update(pieces=F("pieces") + arrival.pieces):
            arrival.delete()
        else:
            Arrival.objects.filter(pk=arrival.pk).update(item=into)
