"""The AWS CLI: a process for each call."""
import json
import os
import re
import subprocess
import sys

from botocore import xform_name

from calls import operations
from serve import Refusal, serve, to


def call(name, members):
    done = subprocess.run(
        [os.path.join(os.path.dirname(sys.executable), "aws"), "cognito-idp", xform_name(name, "-"), "--endpoint-url", to["endpoint"],
         "--output", "json", "--cli-input-json", json.dumps(members)],
        capture_output=True, text=True,
    )
    if done.returncode:
        known = re.search(r"\((\w+)\) when calling the \w+ operation: (.*)", done.stderr)
        raise Refusal(*known.groups()) if known else RuntimeError(done.stderr)
    return json.loads(done.stdout or "{}")


serve("awscli", operations(call))
