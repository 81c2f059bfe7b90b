"""Who bids with whom, who controls whom, who shares what."""
