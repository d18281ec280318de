"""Networks that run in a visitor's browser: their graphs, the scripts and the runtime of a page, and sites of their own."""
