"""A client of Kazakhstan's procurement portal (OWS v3): its answers as files that ``bidring load`` reads."""
