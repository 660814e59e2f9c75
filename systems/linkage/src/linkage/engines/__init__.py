"""Where columns are joined: DuckDB on one machine, Spark on many; one SQL text, one model, the same answers.

Owns: the steps of a dry run as SQL that both engines read, Splink where the deterministic rules end, training. Does not
own: any rule (`linkage.decisions`), any weight (`linkage.model`), any folding (`linkage.normalise`). The only package
that imports duckdb, pyspark or splink.
"""
