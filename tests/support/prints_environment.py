"""A program that refuses every file, with the names of its environment."""

import json
import os

print(json.dumps({"refused": json.dumps(sorted(os.environ))}))
