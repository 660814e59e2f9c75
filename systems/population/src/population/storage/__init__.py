"""The database of the register: connection, migrations and explicit SQL, one module for each kind of record.

Owns every statement. Decides nothing: rules are in `people`, `households`, `disclosure`. Personal data go in and out
of a column sealed (`wire.sealing`) and are found by a blind index (Law 91/2025/QH15 on personal data).
"""
