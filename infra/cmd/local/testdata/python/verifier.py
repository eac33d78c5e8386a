"""PyJWT with its client of key sets, and the steps that AWS names for the claims it does not know."""
import jwt

from serve import Refusal, serve, to

keys = jwt.PyJWKClient(to["keys"])


def verify(token, use, client):
    says = jwt.decode(
        token, keys.get_signing_key_from_jwt(token).key, algorithms=["RS256"], issuer=to["issuer"],
        audience=client if use == "id" else None, options={"require": ["exp", "iss"]},
    )
    if says["token_use"] != use or use == "access" and says["client_id"] != client:
        raise Refusal("Other", "another token_use or client_id")


serve("pyjwt", {"verify": verify})
