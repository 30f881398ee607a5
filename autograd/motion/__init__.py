"""Pictures that move: the steps of the two passes, as SVG and as GIF."""
