"""Notices ("Thông báo"): numbered announcements with files and, where they have one, a last day.

Owns: the notice page and its list. Does not own: legal documents (those are the province's register), the side blocks.
Serves: Decree 30/2020/NĐ-CP (number, date of a notice), Decree 224/2026/NĐ-CP article 9.
"""
