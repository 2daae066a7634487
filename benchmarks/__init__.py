"""``make bench``: what the service costs, as multiples of the least that the same machine could do."""
