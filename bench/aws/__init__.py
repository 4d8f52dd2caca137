"""The AWS that is measured against: moto behind a front that counts, and what is planted in it."""
