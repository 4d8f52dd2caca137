"""Facts that age, each file with its date and source. `steadyhand.dated` reads them."""
