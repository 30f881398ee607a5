"""What a picture of a graph shows: boxes and arrows, whole, folded or in part. Pictures and pages draw it.

Begin with `scene`, which chooses what is shown, and `contents`, the parts of a scene.
"""
