package userpool

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// hooked starts a pool whose users choose their names and its client has every flow.
func hooked(t *testing.T, names ...string) *rig {
	t.Helper()
	return startChoice(t, func(c *Config, o *Options) {
		withHooks(names...)(c, o)
		c.UsernameAttributes = nil
		c.Clients[0].ExplicitAuthFlows = []string{
			"ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH",
		}
	})
}

// Each way to begin a sign-in, with what it needs.
var beginnings = map[string]map[string]string{
	"USER_PASSWORD_AUTH":    {"PASSWORD": longPassword},
	"USER_SRP_AUTH":         {"SRP_A": "1234567890abcdef"},
	"USER_AUTH":             {},
	"USER_AUTH EMAIL_OTP":   {"PREFERRED_CHALLENGE": "EMAIL_OTP"},
	"USER_AUTH PASSWORD":    {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": longPassword},
	"USER_AUTH and no more": {"PREFERRED_CHALLENGE": "PASSWORD"},
}

func (r *rig) begin(t *testing.T, how, name string, metadata map[string]string) (*idp.InitiateAuthOutput, error) {
	t.Helper()
	params := map[string]string{"USERNAME": name}
	for key, value := range beginnings[how] {
		params[key] = value
	}
	flow, _, _ := strings.Cut(how, " ")
	return r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
		ClientId: aws.String(webClient), AuthFlow: types.AuthFlowType(flow), AuthParameters: params, ClientMetadata: metadata,
	})
}

func TestR59_EverySignInBeginsWithPreAuthentication(t *testing.T) {
	for how := range beginnings {
		t.Run(how, func(t *testing.T) {
			r := hooked(t, preAuthentication)
			r.known(t, "ada", map[string]string{"email": ada, "email_verified": "true"})
			if _, err := r.begin(t, how, "ada", map[string]string{"captcha": "c-1"}); err != nil {
				t.Fatal(err)
			}
			fired := r.fns.take()
			if fired[0].trigger != preAuthentication {
				t.Fatalf("the first trigger is %s", fired[0].trigger)
			}
			golden(t, "PreAuthentication_Authentication", fired[0].raw)
			for _, e := range fired[1:] {
				if e.trigger == preAuthentication {
					t.Error("it fires twice")
				}
			}
			r.fns.answer(preAuthentication, failing("not today"))
			_, err := r.begin(t, how, "ada", nil)
			wantRefusal(t, err, "UserLambdaValidationException", "PreAuthentication failed with error not today.")
		})
	}
}

// An unknown user is shown to the trigger only where the client hides who exists.
func TestR59_PreAuthenticationSeesWhoDoesNotExist(t *testing.T) {
	for how := range beginnings {
		t.Run(how, func(t *testing.T) {
			r := hooked(t, preAuthentication)
			if _, err := r.begin(t, how, "Nobody", nil); err == nil {
				t.Error("somebody who does not exist goes on")
			}
			wantSources(t, r.fns.sources(t))
			hide(r)
			_, _ = r.begin(t, how, "Nobody", nil)
			golden(t, "unknown-PreAuthentication_Authentication", r.fns.take()[0].raw)
			r.known(t, "ada", map[string]string{"email": ada, "email_verified": "true"})
			if _, err := r.begin(t, how, "ada", nil); err != nil {
				t.Fatal(err)
			}
			golden(t, "hidden-PreAuthentication_Authentication", r.fns.take()[0].raw)
		})
	}
}

// hide turns PreventUserExistenceErrors on.
func hide(r *rig) {
	client, _ := r.store.client(webClient)
	client.PreventUserExistenceErrors = true
	r.store.mu.Lock()
	defer r.store.mu.Unlock()
	r.store.clients[webClient] = client
}

// What the trigger changes counts: the password was not looked at yet.
func TestR59_PreAuthenticationMayChangeItsUser(t *testing.T) {
	r := hooked(t, preAuthentication)
	r.known(t, "ada", nil)
	r.fns.answer(preAuthentication, func(ev []byte) ([]byte, error) {
		_, err := r.api.AdminSetUserPassword(t.Context(), &idp.AdminSetUserPasswordInput{
			UserPoolId: aws.String(poolUnderTest), Username: aws.String("ada"), Password: aws.String("Another-horse-8"), Permanent: true,
		})
		return ev, err
	})
	_, err := r.tryLogin(t, "ada", longPassword)
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
}

func TestR59_NoAnswerAndNoRefreshFiresPreAuthentication(t *testing.T) {
	r := hooked(t, preAuthentication)
	r.known(t, "ada", map[string]string{"email": ada, "email_verified": "true"})
	out, err := r.begin(t, "USER_AUTH and no more", "ada", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.fns.take()
	tokens, err := r.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
		ClientId: aws.String(webClient), ChallengeName: out.ChallengeName, Session: out.Session,
		ChallengeResponses: map[string]string{"USERNAME": "ada", "PASSWORD": longPassword},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.api.GetTokensFromRefreshToken(t.Context(), &idp.GetTokensFromRefreshTokenInput{
		ClientId: aws.String(webClient), RefreshToken: tokens.AuthenticationResult.RefreshToken,
	}); err != nil {
		t.Fatal(err)
	}
	wantSources(t, r.fns.sources(t), "PostAuthentication_Authentication", "TokenGeneration_Authentication", "TokenGeneration_Authentication")
}

// Only a cookie signs in without the trigger.
func TestR59_PreAuthenticationFiresOnThePagesOnce(t *testing.T) {
	b := pagesRig(t, func(c *Config) { withHooks(preAuthentication)(c, nil) })
	b.member(t, ada)
	for range 2 {
		b.signIn(t, nil)
	}
	wantSources(t, b.fns.sources(t), "PreAuthentication_Authentication", "PostAuthentication_Authentication")
	other := b.browser(t)
	b.fns.answer(preAuthentication, failing("not today"))
	other.open(t, "/login", request(nil))
	other.send(t, map[string]string{"username": ada, "password": longPassword})
	if other.alert != "PreAuthentication failed with error not today." {
		t.Errorf("the page says %q", other.alert)
	}
}
