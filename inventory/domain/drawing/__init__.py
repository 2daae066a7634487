"""Pictures of furniture that our own code draws: photos for the demo city, placeholders for an import.

Every thing is built of simple solids in centimetres, put into a softly lit room and looked at by a camera, so that
all pictures are of one set and each thing can be seen from several sides.
"""

from inventory.domain.drawing.photograph import KINDS, draw
from inventory.domain.drawing.pictogram import placeholder

__all__ = ["KINDS", "draw", "placeholder"]
