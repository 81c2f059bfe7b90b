"""Charts as places and texts: pure functions from documents to what a template draws as SVG, without a script."""
