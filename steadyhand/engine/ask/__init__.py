"""The one door by which people change something: what is asked, who asks, what is done."""
