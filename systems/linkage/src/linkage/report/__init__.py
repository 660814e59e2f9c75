"""The report of a dry run: a page that people look at, in Vietnamese and English, and tables for the communes.

Owns: which figures are shown, what each class needs, the estimate of the help desk's load, the map of tiles, the
suppression of small numbers. Does not own: any decision. It reads counts only: no row of a person ever comes here.
"""
