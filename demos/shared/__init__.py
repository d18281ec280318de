"""What the tabs share: the page around them, their controls, what a page asks, and what goes back to it."""
