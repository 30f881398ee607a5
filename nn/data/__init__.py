"""Data: small real sets, generated ones, and how they are split and scaled."""
