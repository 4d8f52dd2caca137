"""Resources as AWS keeps them, where ministack keeps them otherwise or not at all."""
