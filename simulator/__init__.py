"""A synthetic province: subscribers live day by day.

The simulator writes the extracts that an operator delivers, and beside them the truth.
"""
