"""The information site of one commune: news, notices, invitations, the work schedule, who works there.

Owns: what the commune tells its people, and the editors who write it. Does not own: accounts of citizens, procedures
(they stand at the national portal) or any data about a person. Serves: Decree 42/2022/NĐ-CP and, since 1/7/2026,
Decree 224/2026/NĐ-CP on websites of state bodies (articles 9-13).
"""
