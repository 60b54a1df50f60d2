"""The states of the window's pages, a module for each page. Whoever adds a page adds its states here."""
