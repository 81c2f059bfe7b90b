"""Records in; graph, communities, links, red flags, rings and cases out."""
