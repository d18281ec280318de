"""The page in headless Chromium. As a package it has fixtures of its own scope, which end with its last test."""
