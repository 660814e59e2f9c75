"""Reading anybody's account base: CSV, Parquet, a SQL dump, NDJSON, a portal's own export; and the register's extract.

Owns: the mapping file, the readers, what is refused and why (row numbers, a quarantine file, nothing lost), legacy
password hashes as they were, kept for a later proof of control. Does not own: comparing anything. What it reads was
written by strangers: a row is data, never a command, and a file has no say in how much memory it takes.
"""
