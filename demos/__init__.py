"""The gallery's tabs, in the order in which they stand on the page; each has TITLE and build(gallery)."""

from demos import latent, sketch, style

TABS = (latent, sketch, style)
