"""Residence (Law 68/2020 Art 11, 18, 27): permanent, temporary and current, with the unit's name as of a day.

Owns: how a residence is told. Does not own: the units themselves (`kernel.admin_units`).
"""
