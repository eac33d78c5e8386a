package userpool

import (
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A session belongs to one user and one app client, and to the temporary password that
// opened it.
func TestR52_ANewPasswordIsForTheUserWhoWasAsked(t *testing.T) {
	const otherClient, used = "other1example", "Invalid session for the user, session can only be used once."
	pool, ada := aws.String(poolUnderTest), aws.String("ada@example.com")
	for name, c := range map[string]struct {
		client, user, refusal string
		between               func(*rig) error
	}{
		"another app client": {client: otherClient, user: *ada, refusal: used},
		"another user":       {client: webClient, user: "bob@example.com", refusal: used},
		"an unknown user":    {client: webClient, user: "eve@example.com", refusal: used},
		"a disabled user": {webClient, *ada, "User is disabled.", func(r *rig) error {
			_, err := r.api.AdminDisableUser(t.Context(), &idp.AdminDisableUserInput{UserPoolId: pool, Username: ada})
			return err
		}},
		"a password that was set since": {webClient, *ada, "Incorrect username or password.", func(r *rig) error {
			_, err := r.api.AdminSetUserPassword(t.Context(), &idp.AdminSetUserPasswordInput{UserPoolId: pool, Username: ada, Password: aws.String(longPassword), Permanent: true})
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r := startSRP(t, func(c *Config, _ *Options) { c.Clients = append(c.Clients, Client{ID: otherClient}) })
			for _, email := range []string{*ada, "bob@example.com"} {
				if _, err := r.Import(ImportedUser{Attributes: map[string]string{"email": email}, Password: "Temporary-1", Status: forceChangePassword}); err != nil {
					t.Fatal(err)
				}
			}
			out, err := r.srp(t, srpSignIn{user: *ada, password: "Temporary-1"})
			if err != nil || out.ChallengeName != types.ChallengeNameTypeNewPasswordRequired {
				t.Fatalf("%+v, %v", out, err)
			}
			if c.between != nil {
				if err := c.between(r); err != nil {
					t.Fatal(err)
				}
			}
			_, err = r.respond(t, srpSignIn{clientID: c.client}, out.ChallengeName, map[string]string{"USERNAME": c.user, "NEW_PASSWORD": "Chosen-horse-7"}, out.Session)
			wantRefusal(t, err, "NotAuthorizedException", c.refusal)
			wantSources(t, r.fns.sources(t))
			if u, _ := r.store.find(*ada); r.hasPassword(u, "Chosen-horse-7") {
				t.Error("the password has changed")
			}
		})
	}
}

// The challenge shows what the client may read and names what is missing; an address that is
// given with the new password gets a code.
func TestR52_ANewPasswordBringsWhatWasMissing(t *testing.T) {
	sources := func(r *rig) string { return strings.Join(r.fns.sources(t), " ") }
	r := startRig(t, func(c *Config, o *Options) {
		withHooks(customMessage)(c, o)
		c.RequiredAttributes, c.AutoVerifiedAttributes = []string{"phone_number"}, []string{"email", "phone_number"}
		c.Clients[0].ReadAttributes = []string{"email", "phone_number"}
	})
	for _, refused := range []bool{true, false} {
		name := map[bool]string{true: "bea@example.com", false: ada}[refused]
		r.must(t, "AdminCreateUser", inPool("Username", name, "TemporaryPassword", "Temporary-1", "MessageAction", "SUPPRESS", "UserAttributes", []attribute{{"name", "Ada"}}))
		out, err := r.tryLogin(t, name, "Temporary-1")
		if err != nil {
			t.Fatal(err)
		}
		got := out.ChallengeParameters
		if got["userAttributes"] != `{"email":"`+name+`"}` || got["requiredAttributes"] != `["userAttributes.phone_number"]` {
			t.Errorf("the challenge says %v", got)
		}
		r.fns.take()
		if refused {
			r.fns.answer(customMessage, failing("no SMS today"))
		}
		done, err := r.answer(t, aws.String("NEW_PASSWORD_REQUIRED"), out.Session, name, "NEW_PASSWORD", longPassword, "userAttributes.phone_number", "+49170"+strconv.Itoa(len(name)))
		if refused {
			wantRefusal(t, err, "UserLambdaValidationException", "CustomMessage failed with error no SMS today.")
		} else if err != nil || done.AuthenticationResult == nil {
			t.Fatalf("%+v, %v", done, err)
		}
		r.fns.answer(customMessage, nil)
		want := "CustomMessage_UpdateUserAttribute PostAuthentication_Authentication TokenGeneration_NewPasswordChallenge"
		if fired := sources(r); !strings.HasPrefix(want, fired) || !refused && fired != want {
			t.Errorf("fired %s", fired)
		}
	}
}
