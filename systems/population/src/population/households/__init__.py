"""Households (Law 68/2020 Art 10): who lives with whom, and when two people count as one household.

Owns: the judgement. Does not own: the records. Serves the rule that nobody acts in a case of his own household.
"""
