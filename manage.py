#!/usr/bin/env python
"""Django's command-line utility."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

from nejtilbander.environment import use_local_site

if __name__ == "__main__":
    use_local_site(Path(__file__).parent)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nejtilbander.settings")
    execute_from_command_line(sys.argv)
