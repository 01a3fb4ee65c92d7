"""A synthetic province: subscribers who live through the days, written as the extracts an operator delivers, with the truth beside them."""
