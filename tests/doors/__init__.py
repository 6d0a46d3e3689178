"""Each way in, from outside: built, installed into an empty folder, and used as a stranger would."""
