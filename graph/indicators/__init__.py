"""The red flags: one file per published rule, and this tuple. A new flag is a file, a fixture and a line here."""

from graph.indicators.l02_revolving_door import L02
from graph.indicators.l03_both_sides import L03
from graph.indicators.l05_controlled_by_debarred import L05
from graph.indicators.r018_single_bid import R018
from graph.indicators.r024_price_close_to_winning_bid import R024
from graph.indicators.r028_identical_bids import R028
from graph.indicators.r030_late_bid_won import R030
from graph.indicators.r032_shared_beneficial_owner import R032
from graph.indicators.r033_shared_shareholder import R033
from graph.indicators.r035_all_but_winner_disqualified import R035
from graph.indicators.r036_lowest_bid_disqualified import R036
from graph.indicators.r040_high_share_of_buyer import R040
from graph.indicators.r043_contact_of_project_official import R043
from graph.indicators.r044_business_similarities import R044
from graph.indicators.r046_debarred_supplier import R046
from graph.indicators.r053_same_recurrent_winner import R053
from graph.indicators.r057_bid_rotation import R057
from graph.indicators.rule import Indicator

INDICATORS: tuple[Indicator, ...] = (
    L02, L03, L05, R018, R024, R028, R030, R032, R033, R035, R036, R040, R043, R044, R046, R053, R057,
)  # fmt: skip
"""Every red flag, by code."""
