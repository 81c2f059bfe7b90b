"""An invented country of average-bid auctions with seventy bidders each: blocks that move the average, or none.

As Conley & Decarolis 2016 (10.1257/mic.20130254) describe them: the bid nearest to the average wins, members of a block
put their bids close together, some lots at one end and some at another, and everybody has habits of their own.
"""

from pathlib import Path

import numpy as np
import pandas as pd

FIRMS, AUCTIONS = 200, 250
BLOCKS = (range(8), range(8, 14), range(14, 30))
MAP = """\
format: bids
columns: {tender: tender, bidder: firm, amount: bid, winner: won, date: {column: day, format: "%Y-%m-%d"},
          estimate: estimate}
constants: {currency: EUR, country: IT, award_rule: average}
"""


def write_auctions(file: Path, *, seed: int, blocks: bool = True) -> None:
    """A table of some 18,000 bids. A block comes to every other auction, four of five members at a time, and four of
    five of those bid within a percent of each other; all others bid 20 % below the estimate, give or take.
    """
    rng = np.random.default_rng(seed)
    habit = rng.normal(0, 0.03, FIRMS)
    frames = []
    for number in range(AUCTIONS):
        come = rng.choice(FIRMS, rng.integers(40, 90), replace=False).tolist()
        bids = {firm: -0.2 + habit[firm] + rng.normal(0, 0.04) for firm in come}
        for block in BLOCKS if blocks else ():
            if rng.random() < 0.5:
                place = rng.normal(-0.3, 0.05)
                for firm in block:
                    if rng.random() < 0.8:
                        spread = 0.006 if rng.random() < 0.8 else 0.04
                        bids[firm] = place + rng.normal(0, spread)
        estimate = 1e6 * rng.lognormal(0, 1)
        amounts = {firm: round(estimate * (1 + part), 2) for firm, part in bids.items()}
        mean = np.mean(list(amounts.values()))
        winner = min(amounts, key=lambda firm: abs(amounts[firm] - mean))
        day = np.datetime64("2010-01-04") + 5 * number
        rows = [(f"T{number}", f"F{firm}", bid, int(firm == winner)) for firm, bid in amounts.items()]
        frame = pd.DataFrame(rows, columns=["tender", "firm", "bid", "won"])
        frames.append(frame.assign(day=str(day), estimate=round(estimate, 2)))
    pd.concat(frames).to_csv(file, index=False)
