"""boto3, the AWS SDK for Python. It has no SRP of its own and signs in with the password."""
import boto3
from botocore import xform_name
from botocore.config import Config

from calls import operations
from serve import serve, to

# Its region and its credentials come from the environment.
client = boto3.client("cognito-idp", endpoint_url=to["endpoint"], config=Config(retries={"total_max_attempts": 1}))
serve("boto3", operations(lambda name, members: getattr(client, xform_name(name))(**members)))
