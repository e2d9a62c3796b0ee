"""A local server that speaks Stripe's wire protocol (API version 2026-10-28.endive) with test money.

The unmodified stripe library runs the whole money flow against it: onboarding, top-ups, transfers, payouts,
refunds, disputes and signed webhooks. It knows nothing of the rest of the product. Start it with
``python -m payouts.sandbox --port 12111 --data ./var/sandbox``.
"""
