"""One user's life with pycognito, which signs in by SRP and sends no Session.

It reads {endpoint, pool, client, secret, email} from its arguments, asks for the code of
the confirmation on standard output and reads it from standard input. It prints each
step, and fails with the first that goes wrong. pycognito checks every token itself, with AWS's
issuer: boto3 finds the pool by its environment, and the keys are handed over.
"""
import json
import sys
import urllib.request

from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from pycognito import Cognito

to = json.loads(sys.argv[1])
first, second = "Pässwörd-日本-7", "Another-🐎-horse-8"


keys = json.load(urllib.request.urlopen(to["endpoint"] + "/" + to["pool"] + "/.well-known/jwks.json"))


def someone():
    one = Cognito(
        to["pool"], to["client"], username=to["email"], client_secret=to["secret"] or None,
        botocore_config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
    )
    one.pool_jwk = keys
    return one


def step(title):
    print("step " + title, flush=True)


def refused(call, code, message=None):
    try:
        call()
    except ClientError as err:
        got = err.response["Error"]
        assert got["Code"] == code and (message is None or got["Message"] == message), got
    else:
        raise AssertionError("not refused: " + code)


user = someone()
user.set_base_attributes(email=to["email"], name="Py Thon")
made = user.register(to["email"], first)
step("signed up")

refused(lambda: someone().authenticate(first), "UserNotConfirmedException", "User is not confirmed.")
step("refused before the confirmation")

print("code?", flush=True)
user.confirm_sign_up(sys.stdin.readline().strip())
step("confirmed")

user = someone()
user.authenticate(first)
assert user.id_claims["sub"] == made["UserSub"] and user.id_claims["email"] == to["email"], user.id_claims
step("signed in by SRP")

refused(lambda: someone().authenticate(second), "NotAuthorizedException", "Incorrect username or password.")
step("refused with a wrong password")

before = user.access_claims["jti"]
# The hash of a refresh is over the user's name in the pool, on AWS too.
user.username = user.access_claims["username"]
user.renew_access_token()
assert user.access_claims["jti"] != before
step("refreshed")

user.change_password(first, second)
refused(lambda: someone().authenticate(first), "NotAuthorizedException", "Incorrect username or password.")
user = someone()
user.authenticate(second)
step("changed the password and signed in with it")

stale = someone()
stale.access_token, stale.refresh_token = user.access_token, user.refresh_token
user.logout()
refused(lambda: stale.client.get_user(AccessToken=stale.access_token), "NotAuthorizedException", "Access Token has been revoked")
refused(stale.renew_access_token, "NotAuthorizedException", "Invalid Refresh Token")
step("signed out and was refused")
