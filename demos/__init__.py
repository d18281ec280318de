"""The gallery's tabs, in the order in which they stand on the page; each has TITLE and build(gallery)."""

from demos import latent, sketch, style, training

TABS = (latent, sketch, style, training)
# What tabs serve beside the page.
ROUTES = training.ROUTES
