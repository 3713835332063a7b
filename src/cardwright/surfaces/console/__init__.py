"""The console: pages for people, made on the server, over the same book as the interfaces."""
