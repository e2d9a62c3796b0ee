"""Referrals: bounties, claims to candidates, the pipeline to a success, and what then is owed."""
