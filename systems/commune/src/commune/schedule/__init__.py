"""The work schedule ("Lịch làm việc") of the commune's leaders, week by week.

Owns: schedule items and their week. Does not own: invitations, working days of the law (the kernel knows them).
Serves: Decree 224/2026/NĐ-CP article 9; ISO 8601 weeks that begin on Monday.
"""
