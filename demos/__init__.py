"""The gallery's tabs, in the order in which they stand on the page; each has TITLE and build(gallery)."""

from demos import dance, detective, inpaint, latent, learn, refine, sketch, style, training, without_gan, words

TABS = (latent, sketch, style, inpaint, refine, words, dance, training, without_gan, detective, learn)
# What tabs serve beside the page.
ROUTES = [*training.ROUTES, *detective.ROUTES, *learn.ROUTES]
