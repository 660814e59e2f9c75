"""PostgreSQL: explicit SQL, one module per record kind, numbered migrations.

Owns every statement. Holds no rule: it loads, saves, and lets the database decide what must be unique (codes,
pushed requests, assertion ids are used once however many processes ask). Columns with personal values are
sealed; where equality is needed stands a blind index (architecture.md 6).
"""
