"""Invitations ("Giấy mời") to meetings of the commune.

Owns: the invitation page and its list. Does not own: the work schedule, or who has read an invitation.
Serves: Decree 30/2020/NĐ-CP (the invitation as a kind of document).
"""
