"""Task: the offer, its seats, invitations in waves and applications."""
