"""An example of a portal that is not ours: its own user table, its own sign-in, moved onto the e-ID by the kit."""
