"""Facts that age, each file with its date and source. `steadyhand.reference.dated` reads them."""
