"""Journals that finance imports: one canonical journal of a company's month, written for freee, Money Forward and Yayoi."""
