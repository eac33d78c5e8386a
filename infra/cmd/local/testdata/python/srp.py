"""pycognito, which signs in by SRP and sends no Session.

It checks every token itself. With AWS's issuer boto3 finds the pool by its environment, and
the keys are handed over; otherwise pycognito takes its endpoint for the issuer's.
"""
import os
import urllib.request

import jwt
from botocore import UNSIGNED
from botocore.config import Config
from pycognito import Cognito
from pycognito.exceptions import SoftwareTokenMFAChallengeException

from serve import serve, to, totp


found = {"endpoint_url": to["endpoint"]}
if to["endpoint"].startswith("http:"):
    found = {}
    os.environ["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"] = to["endpoint"]
    with urllib.request.urlopen(to["endpoint"] + "/" + to["pool"] + "/.well-known/jwks.json") as keys:
        os.environ["COGNITO_JWKS"] = keys.read().decode()


def someone(email=None, access=None, id=None, refresh=None, **_):
    return Cognito(
        to["pool"], to["client"], username=email, client_secret=to.get("secret") or None,
        access_token=access, id_token=id, refresh_token=refresh,
        botocore_config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}), boto3_client_kwargs=dict(found),
    )


def tokens(user):
    return {"access": user.access_token, "id": user.id_token, "refresh": user.refresh_token}


def sign_up(email, password, name, **_):
    user = someone(email)
    user.set_base_attributes(email=email, name=name)
    return {"sub": user.register(email, password)["UserSub"]}


waiting = {}


def sign_in(email, password, **_):
    user = someone(email)
    try:
        user.authenticate(password)
    except SoftwareTokenMFAChallengeException as challenge:
        waiting.update(user=user, tokens=challenge.get_tokens())
        return {"challenge": challenge.get_tokens()["ChallengeName"]}
    return tokens(user)


def answer(code, **_):
    waiting["user"].respond_to_software_token_mfa_challenge(code, waiting["tokens"])
    return tokens(waiting["user"])


def refresh(**given):
    user = someone(**given)
    # The hash of a refresh is over the user's name in the pool, on AWS too.
    user.username = jwt.decode(given["access"], options={"verify_signature": False})["username"]
    user.renew_access_token()
    return tokens(user)


def get(**given):
    answer = someone(**given).client.get_user(AccessToken=given["access"])
    return {a["Name"]: a["Value"] for a in answer["UserAttributes"]}


def enrol(code, **given):
    user = someone(**given)
    if not user.verify_software_token(code, "phone"):
        raise RuntimeError("the code is not accepted")
    user.set_user_mfa_preference(False, True, "SOFTWARE_TOKEN")


serve("pycognito", {
    "signUp": sign_up, "confirm": lambda email, code, **_: someone(email).confirm_sign_up(code), "signIn": sign_in, "answer": answer,
    "refresh": refresh, "user": get, "change": lambda password, next, **given: someone(**given).change_password(password, next),
    "forgot": lambda email, **_: someone(email).initiate_forgot_password(),
    "reset": lambda email, code, password, **_: someone(email).confirm_forgot_password(code, password),
    "associate": lambda **given: {"secret": someone(**given).associate_software_token()}, "code": totp, "enrol": enrol,
    "signOut": lambda **given: someone(**given).logout(),
})
