"""What is done to a partnership, as data: settings, interventions, changes."""
