"""Runs in other forms than a page: transcripts and sequence diagrams as text."""
