"""What a job must pass before anything of it is stored."""
