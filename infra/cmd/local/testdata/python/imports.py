"""boto3 as it imports users, with hashes that others' code makes: Python's own and cryptography's."""
import base64
import hashlib
import os
import urllib.request

import boto3
from botocore.config import Config
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from serve import serve, to

# Its region and its credentials come from the environment.
client = boto3.client("cognito-idp", endpoint_url=to["endpoint"], config=Config(retries={"total_max_attempts": 1}))
pool = {"UserPoolId": to["pool"]}


def ab64(data):
    """Base64 as passlib writes it in a hash."""
    return base64.b64encode(data).decode().rstrip("=").replace("+", ".")


def hash(algorithm, password, **_):
    salt, secret = os.urandom(16), password.encode()
    if algorithm == "PBKDF2_SHA256":
        stored = f"$pbkdf2-sha256$1000${ab64(salt)}${ab64(hashlib.pbkdf2_hmac('sha256', secret, salt, 1000))}"
    elif algorithm == "SCRYPT":
        stored = f"1024$8$1${salt.hex()}${hashlib.scrypt(secret, salt=salt, n=1024, r=8, p=1, dklen=32).hex()}"
    else:
        stored = Argon2id(salt=salt, length=32, iterations=2, lanes=1, memory_cost=256).derive_phc_encoded(secret)
    return {"hash": stored}


def told(out):
    job = out["UserImportJob"]
    return {name: str(job.get(name, "")) for name in (
        "JobId", "Status", "PreSignedUrl", "PasswordHashingAlgorithm", "ImportedUsers", "SkippedUsers", "FailedUsers", "CompletionMessage")}


def create(algorithm="", **_):
    more = {"PasswordHashingAlgorithm": algorithm} if algorithm else {}
    return told(client.create_user_import_job(JobName="move", CloudWatchLogsRoleArn="arn:aws:iam::111122223333:role/import", **pool, **more))


def upload(url, file, times="1", **_):
    """Sends a header and its rows; the last row may be there several times."""
    head, row = file.rsplit("\n", 1)
    body = "\n".join([head] + [row] * int(times)).encode()
    request = urllib.request.Request(url, body, {"x-amz-server-side-encryption": "aws:kms"}, method="PUT")
    with urllib.request.urlopen(request):
        pass


def sign_in(name, password, **_):
    out = client.initiate_auth(ClientId=to["client"], AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": name, "PASSWORD": password})
    return {"access": out["AuthenticationResult"]["AccessToken"]}


serve("boto3", {
    "hash": hash, "create": create, "upload": upload, "signIn": sign_in,
    "columns": lambda **_: {"columns": ",".join(client.get_csv_header(**pool)["CSVHeader"])},
    "start": lambda job, **_: told(client.start_user_import_job(JobId=job, **pool)),
    "stop": lambda job, **_: told(client.stop_user_import_job(JobId=job, **pool)),
    "describe": lambda job, **_: told(client.describe_user_import_job(JobId=job, **pool)),
    "status": lambda name, **_: {"status": client.admin_get_user(Username=name, **pool)["UserStatus"]},
    "newest": lambda **_: told({"UserImportJob": client.list_user_import_jobs(MaxResults=1, **pool)["UserImportJobs"][0]}),
})
