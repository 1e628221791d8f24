"""What leaves the site in other forms than a page: transcripts of runs; drawings and graphs of maps."""
