"""Money as the two sides see it: a company's balance and what it pays for, an alumnus's earnings and why they wait."""
