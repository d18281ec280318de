"""The Sketch tab in headless Chromium, with an app of its own."""
