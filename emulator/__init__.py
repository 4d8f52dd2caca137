"""AWS on this machine: ministack, our bridge for what it lacks, starting and stopping it. No product code."""
