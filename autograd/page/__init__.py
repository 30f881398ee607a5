"""The page that steps through a graph: one HTML file that needs nothing else."""
