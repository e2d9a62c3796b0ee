"""The pages that Stripe would host: onboarding, the Express page and Checkout."""

from payouts.sandbox.pages.routes import answer as answer
