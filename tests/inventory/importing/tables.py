"""What the tests of the import read rows with."""

from inventory.domain.importing import kinds

KINDS = kinds.Kinds()
