#!/usr/bin/python3
"""In place of Kolla-Ansible's module of this name before the first deployment: nothing is registered anywhere.

WANT_JSON: Ansible passes a file with the arguments, which nobody needs. Since 2025.1 `genconfig` asks Nova which
hypervisors it knows; before there is a Nova, the true answer is none.
"""

import json
import sys

json.dump({"changed": False, "resources": []}, sys.stdout)
