"""One file for each time bomb, in a folder for each kind. The file name is its id."""
