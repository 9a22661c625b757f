"""`trustsim app`: seven lessons in a browser, for people who look before they read.

Nothing here knows anything about trust: every number comes from `simulate`, `Partnership` and
the tables of the model. `serve` starts it, `page` draws it, `lessons` holds the words.
"""
