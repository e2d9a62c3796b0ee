"""Contract: the agreement for one seat, from its terms to delivery, approval and payment."""
