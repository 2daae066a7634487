"""A city that does not exist, with a year behind it. Made through the same verbs as everything else; only in the demo."""
