"""The calls of a program that knows Cognito's operations and nothing else of it."""
from serve import to, totp


def operations(call):
    """call(name, members) makes an operation and returns its answer."""
    waiting = {}
    client = {"ClientId": to["client"]}

    def tokens(out):
        result = out["AuthenticationResult"]
        return {"access": result["AccessToken"], "id": result["IdToken"], "refresh": result.get("RefreshToken")}

    def signed_in(out):
        waiting.update(out)
        return {"challenge": out["ChallengeName"]} if out.get("ChallengeName") else tokens(out)

    def sign_up(email, password, name, **_):
        attributes = [{"Name": "email", "Value": email}, {"Name": "name", "Value": name}]
        return {"sub": call("SignUp", {**client, "Username": email, "Password": password, "UserAttributes": attributes})["UserSub"]}

    def confirm(email, code, **_):
        call("ConfirmSignUp", {**client, "Username": email, "ConfirmationCode": code})

    def sign_in(email, password, **_):
        return signed_in(call("InitiateAuth", {
            **client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": email, "PASSWORD": password},
        }))

    def answer(email, code, **_):
        return signed_in(call("RespondToAuthChallenge", {
            **client, "ChallengeName": waiting["ChallengeName"], "Session": waiting["Session"],
            "ChallengeResponses": {"USERNAME": email, "SOFTWARE_TOKEN_MFA_CODE": code},
        }))

    def refresh(refresh, **_):
        return tokens(call("InitiateAuth", {**client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": refresh}}))

    def user(access, **_):
        return {a["Name"]: a["Value"] for a in call("GetUser", {"AccessToken": access})["UserAttributes"]}

    def change(access, password, next, **_):
        call("ChangePassword", {"AccessToken": access, "PreviousPassword": password, "ProposedPassword": next})

    def forgot(email, **_):
        call("ForgotPassword", {**client, "Username": email})

    def reset(email, code, password, **_):
        call("ConfirmForgotPassword", {**client, "Username": email, "ConfirmationCode": code, "Password": password})

    def associate(access, **_):
        return {"secret": call("AssociateSoftwareToken", {"AccessToken": access})["SecretCode"]}

    def enrol(access, code, **_):
        call("VerifySoftwareToken", {"AccessToken": access, "UserCode": code})
        call("SetUserMFAPreference", {"AccessToken": access, "SoftwareTokenMfaSettings": {"Enabled": True, "PreferredMfa": True}})

    def sign_out(access, **_):
        call("GlobalSignOut", {"AccessToken": access})

    return {
        "signUp": sign_up, "confirm": confirm, "signIn": sign_in, "answer": answer, "refresh": refresh, "user": user, "change": change,
        "forgot": forgot, "reset": reset, "associate": associate, "code": totp, "enrol": enrol, "signOut": sign_out,
    }
