"""Every check there is: finding them, describing them, their lanes, their pages."""
