"""Settings: ``base`` holds the house, ``dev``, ``test`` and ``production`` say how it is opened."""
