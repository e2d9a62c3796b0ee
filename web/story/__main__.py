"""Play the main job once: python -m web.story http://localhost:8000."""

import sys
import time

import httpx

from web.story.acts import (
    alumni,
    closing,
    coming_true,
    company,
    contract,
    delivery,
    denial,
    looking,
    payment,
    posting,
    proof,
    referral,
    reviews,
    reward,
    topup,
    waves,
)
from web.story.stage import Stage
from web.story.visitor import StoryError

MAIN_JOB = (company, alumni, topup, posting, waves, contract, delivery, payment, looking, reviews, proof)
REFERRAL = (referral, coming_true, reward, denial)
ACTS = (*MAIN_JOB, *REFERRAL, closing)


def main(base_url: str) -> int:
    """Play every act; return 0 when each step held, else 1."""
    return play(Stage.from_environment(base_url))


def play(stage: Stage) -> int:
    """Play every act on a stage, whoever its visitors are; return 0 when each step held, else 1."""
    try:
        for act in ACTS:
            act.play(stage)
    except (StoryError, httpx.HTTPError) as problem:
        print(f"\n  The story does not hold: {problem}", flush=True)
        return 1
    print(f"\n  The story holds: {stage.step} steps in {time.monotonic() - stage.begun:.1f} s.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
