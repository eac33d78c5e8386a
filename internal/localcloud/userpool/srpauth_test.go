package userpool

import (
	"encoding/base64"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp/srptest"
)

// startSRP starts a pool whose client allows SRP and refresh, AWS's default.
func startSRP(t *testing.T, change func(*Config, *Options)) *rig {
	t.Helper()
	return startRig(t, func(c *Config, o *Options) {
		c.Clients[0].ExplicitAuthFlows = nil
		if change != nil {
			change(c, o)
		}
	})
}

// srpSignIn is one sign-in by SRP: what the client sends, and may do otherwise.
type srpSignIn struct {
	clientID, secret, user, password string
	admin, keepsZeros                bool
	// between runs before the answer, and may change it.
	between func(answer map[string]string)
}

func (r *rig) srp(t *testing.T, s srpSignIn) (*idp.RespondToAuthChallengeOutput, error) {
	t.Helper()
	if s.clientID == "" {
		s.clientID = webClient
	}
	client := srptest.New(new(big.Int).SetBytes([]byte(secret())))
	begun, err := r.initiateSRP(t, s, client.A())
	if err != nil {
		return nil, err
	}
	if begun.ChallengeName != types.ChallengeNameTypePasswordVerifier || begun.Session != nil {
		t.Fatalf("challenge %s, session %v", begun.ChallengeName, begun.Session)
	}
	answer, err := client.Answer(poolUnderTest, s.password, begun.ChallengeParameters, r.clock.now(), s.keepsZeros)
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(answer, s.hash(answer["USERNAME"]))
	if s.between != nil {
		s.between(answer)
	}
	return r.respond(t, s, types.ChallengeNameTypePasswordVerifier, answer, nil)
}

// hash is SECRET_HASH, for a client with a secret.
func (s srpSignIn) hash(user string) map[string]string {
	if s.secret == "" {
		return nil
	}
	return map[string]string{"SECRET_HASH": Client{ID: s.clientID, Secret: s.secret}.secretHash(user)}
}

func (r *rig) initiateSRP(t *testing.T, s srpSignIn, a string) (*idp.InitiateAuthOutput, error) {
	t.Helper()
	params := map[string]string{"USERNAME": s.user, "SRP_A": a}
	maps.Copy(params, s.hash(s.user))
	if !s.admin {
		return r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: &s.clientID, AuthFlow: types.AuthFlowTypeUserSrpAuth, AuthParameters: params})
	}
	out, err := r.api.AdminInitiateAuth(t.Context(), &idp.AdminInitiateAuthInput{
		UserPoolId: aws.String(poolUnderTest), ClientId: &s.clientID, AuthFlow: types.AuthFlowTypeUserSrpAuth, AuthParameters: params,
	})
	if err != nil {
		return nil, err
	}
	return &idp.InitiateAuthOutput{ChallengeName: out.ChallengeName, ChallengeParameters: out.ChallengeParameters, Session: out.Session}, nil
}

func (r *rig) respond(t *testing.T, s srpSignIn, name types.ChallengeNameType, answer map[string]string, session *string) (*idp.RespondToAuthChallengeOutput, error) {
	t.Helper()
	metadata := map[string]string{"tenant": "acme"}
	if !s.admin {
		return r.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
			ClientId: &s.clientID, ChallengeName: name, ChallengeResponses: answer, Session: session, ClientMetadata: metadata,
		})
	}
	out, err := r.api.AdminRespondToAuthChallenge(t.Context(), &idp.AdminRespondToAuthChallengeInput{
		UserPoolId: aws.String(poolUnderTest), ClientId: &s.clientID, ChallengeName: name, ChallengeResponses: answer, Session: session, ClientMetadata: metadata,
	})
	if err != nil {
		return nil, err
	}
	return &idp.RespondToAuthChallengeOutput{
		AuthenticationResult: out.AuthenticationResult, ChallengeName: out.ChallengeName, ChallengeParameters: out.ChallengeParameters, Session: out.Session,
	}, nil
}

func TestR52_APasswordThatNeverLeavesTheClientSignsIn(t *testing.T) {
	r := startSRP(t, nil)
	sub := r.member(t, "ada@example.com")
	for _, admin := range []bool{false, true} {
		for _, keepsZeros := range []bool{false, true} {
			out, err := r.srp(t, srpSignIn{user: "ada@example.com", password: longPassword, admin: admin, keepsZeros: keepsZeros})
			if err != nil {
				t.Fatalf("admin %v: %v", admin, err)
			}
			access, ok := r.keys.access()
			if ok != nil {
				t.Fatal(ok)
			}
			if payload, ok := access.verify(*out.AuthenticationResult.AccessToken); !ok || !strings.Contains(string(payload), sub) {
				t.Errorf("access token %s", payload)
			}
			events := r.fns.take()
			if len(events) != 2 {
				t.Fatalf("%d events", len(events))
			}
			for i, source := range []string{"PostAuthentication_Authentication", "TokenGeneration_Authentication"} {
				for _, want := range []string{source, `"clientMetadata":{"tenant":"acme"}`} {
					if !strings.Contains(string(events[i].raw), want) {
						t.Errorf("event %d lacks %s: %s", i, want, events[i].raw)
					}
				}
			}
		}
	}
}

// The first sign-in of a user whom an administrator made; the session of the second
// challenge is the pool's.
func TestR52_AFirstSignInGoesOnToANewPassword(t *testing.T) {
	for _, admin := range []bool{false, true} {
		r := startSRP(t, nil)
		if _, err := r.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{
			UserPoolId: aws.String(poolUnderTest), Username: aws.String("ada@example.com"), TemporaryPassword: aws.String("Temporary-1"),
		}); err != nil {
			t.Fatal(err)
		}
		r.fns.take()
		s := srpSignIn{user: "ada@example.com", password: "Temporary-1", admin: admin, clientID: webClient}
		out, err := r.srp(t, s)
		if err != nil || out.ChallengeName != types.ChallengeNameTypeNewPasswordRequired {
			t.Fatalf("%+v, %v", out, err)
		}
		answer := map[string]string{"USERNAME": out.ChallengeParameters["USER_ID_FOR_SRP"], "NEW_PASSWORD": longPassword}
		if out, err = r.respond(t, s, out.ChallengeName, answer, out.Session); err != nil || out.AuthenticationResult == nil {
			t.Fatalf("%+v, %v", out, err)
		}
		wantSources(t, r.fns.sources(t), "PostAuthentication_Authentication", "TokenGeneration_NewPasswordChallenge")
		if _, err := r.srp(t, s); err == nil {
			t.Error("the temporary password still signs in")
		}
		s.password = longPassword
		if out, err := r.srp(t, s); err != nil || out.AuthenticationResult == nil {
			t.Errorf("the chosen password: %+v, %v", out, err)
		}
	}
}

// Whatever is wrong with a proof, the refusal is the same and no trigger fires.
func TestR52_NothingElseProvesAPassword(t *testing.T) {
	r := startSRP(t, nil)
	r.member(t, "ada@example.com")
	r.member(t, "bob@example.com")
	var kept map[string]string // an answer to another challenge
	if _, err := r.srp(t, srpSignIn{user: "ada@example.com", password: longPassword, between: func(a map[string]string) { kept = maps.Clone(a) }}); err != nil {
		t.Fatal(err)
	}
	r.fns.take()
	set := func(name, value string) func(map[string]string) {
		return func(answer map[string]string) { answer[name] = value }
	}
	turned := func(name string) func(map[string]string) {
		return func(answer map[string]string) {
			raw, err := base64.StdEncoding.DecodeString(answer[name])
			if err != nil {
				t.Fatal(err)
			}
			raw[len(raw)/2] ^= 1
			answer[name] = base64.StdEncoding.EncodeToString(raw)
		}
	}
	for name, between := range map[string]func(map[string]string){
		"another signature":           turned("PASSWORD_CLAIM_SIGNATURE"),
		"no base64 as signature":      set("PASSWORD_CLAIM_SIGNATURE", "%"),
		"another challenge's proof":   func(a map[string]string) { a["PASSWORD_CLAIM_SIGNATURE"] = kept["PASSWORD_CLAIM_SIGNATURE"] },
		"another block":               turned("PASSWORD_CLAIM_SECRET_BLOCK"),
		"another challenge's block":   func(a map[string]string) { a["PASSWORD_CLAIM_SECRET_BLOCK"] = kept["PASSWORD_CLAIM_SECRET_BLOCK"] },
		"no base64 as block":          set("PASSWORD_CLAIM_SECRET_BLOCK", "%"),
		"a short block":               set("PASSWORD_CLAIM_SECRET_BLOCK", "AAEC"),
		"another user's name":         set("USERNAME", "bob@example.com"),
		"nobody's name":               set("USERNAME", "eve@example.com"),
		"another time":                set("TIMESTAMP", r.clock.now().UTC().Add(time.Second).Format("Mon Jan 2 15:04:05 UTC 2006")),
		"a block that is too old":     func(map[string]string) { r.clock.pass(3*time.Minute + time.Second) },
		"a clock that is quite wrong": func(map[string]string) { r.clock.pass(-clockTolerance - time.Second) },
		"a password that has changed since": func(map[string]string) {
			if _, err := r.setPassword(kept["USERNAME"], longPassword, func(*user) error { return nil }); err != nil {
				t.Fatal(err)
			}
		},
	} {
		clear(r.store.attempts) // a lock is another rule
		_, err := r.srp(t, srpSignIn{user: "ada@example.com", password: longPassword, between: between})
		if err == nil {
			t.Errorf("%s: signed in", name)
			continue
		}
		wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
		wantSources(t, r.fns.sources(t))
	}
	clear(r.store.attempts)
	_, err := r.srp(t, srpSignIn{user: "ada@example.com", password: "Wrong-horse-7"})
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
	for _, name := range []string{"ada@example.com", "eve@example.com"} {
		_, err = r.srp(t, srpSignIn{user: "ada@example.com", password: longPassword, between: func(a map[string]string) {
			a["USERNAME"], a["TIMESTAMP"] = name, r.clock.now().UTC().Format(time.RFC3339)
		}})
		wantRefusal(t, err, "InvalidParameterException", "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
	}
}

// A proof is taken as long as its block lives, and a clock may be wrong by the tolerance.
func TestR52_AProofIsInTimeUntilItIsLate(t *testing.T) {
	for _, d := range []time.Duration{3 * time.Minute, -clockTolerance} {
		r := startSRP(t, nil)
		r.member(t, ada)
		if _, err := r.srp(t, srpSignIn{user: ada, password: longPassword, between: func(map[string]string) { r.clock.pass(d) }}); err != nil {
			t.Errorf("%v later: %v", d, err)
		}
	}
}

func TestR52_AProofIsForOneAppClient(t *testing.T) {
	const otherClient = "other1example"
	r := startSRP(t, func(c *Config, _ *Options) { c.Clients = append(c.Clients, Client{ID: otherClient}) })
	r.member(t, "ada@example.com")
	var another map[string]string
	_, err := r.srp(t, srpSignIn{user: "ada@example.com", password: longPassword, between: func(a map[string]string) {
		another = maps.Clone(a)
		delete(a, "TIMESTAMP")
	}})
	wantRefusal(t, err, "InvalidParameterException", "Missing required parameter TIMESTAMP")
	_, err = r.respond(t, srpSignIn{clientID: otherClient}, types.ChallengeNameTypePasswordVerifier, another, nil)
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
	if _, err = r.respond(t, srpSignIn{clientID: webClient}, types.ChallengeNameTypePasswordVerifier, another, nil); err != nil {
		t.Errorf("the same answer from its own client: %v", err)
	}
}

func TestR52_AnSRPSignInRefusesBeforeAndAfterTheProof(t *testing.T) {
	pool, name := aws.String(poolUnderTest), aws.String("ada@example.com")
	disable := func(t *testing.T, r *rig) {
		if _, err := r.api.AdminDisableUser(t.Context(), &idp.AdminDisableUserInput{UserPoolId: pool, Username: name}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name          string
		prepare       func(*testing.T, *rig)
		password      string
		code, message string
	}{
		{"unconfirmed, wrong password", func(t *testing.T, r *rig) { r.signUp(t, "ada@example.com") }, "x", "UserNotConfirmedException", "User is not confirmed."},
		{"disabled", func(t *testing.T, r *rig) { r.member(t, "ada@example.com"); disable(t, r) }, longPassword, "NotAuthorizedException", "User is disabled."},
		{"disabled, wrong password", func(t *testing.T, r *rig) { r.member(t, "ada@example.com"); disable(t, r) }, "x", "NotAuthorizedException", "Incorrect username or password."},
		{"imported", func(t *testing.T, r *rig) { r.imports(t, ImportedUser{Attributes: map[string]string{"email": *name}}) }, "x", "PasswordResetRequiredException", "Password reset required for the user"},
		{"imported and disabled", func(t *testing.T, r *rig) {
			r.imports(t, ImportedUser{Attributes: map[string]string{"email": *name}, Disabled: true})
		}, "x", "NotAuthorizedException", "Incorrect username or password."},
		{"imported without a password", func(t *testing.T, r *rig) {
			r.imports(t, ImportedUser{Attributes: map[string]string{"email": *name}, Status: "CONFIRMED"})
		}, "x", "NotAuthorizedException", "Incorrect username or password."},
		{"old temporary password", func(t *testing.T, r *rig) {
			r.member(t, "ada@example.com")
			if _, err := r.api.AdminSetUserPassword(t.Context(), &idp.AdminSetUserPasswordInput{UserPoolId: pool, Username: name, Password: aws.String("Temporary-1")}); err != nil {
				t.Fatal(err)
			}
			r.clock.pass(8 * 24 * time.Hour)
		}, "Temporary-1", "NotAuthorizedException", "Temporary password has expired and must be reset by an administrator."},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := startSRP(t, nil)
			c.prepare(t, r)
			r.fns.take()
			_, err := r.srp(t, srpSignIn{user: "ada@example.com", password: c.password})
			wantRefusal(t, err, c.code, c.message)
			wantSources(t, r.fns.sources(t))
		})
	}
}

func TestR52_AnUnknownNameLooksLikeAWrongPassword(t *testing.T) {
	r := startSRP(t, nil)
	_, err := r.srp(t, srpSignIn{user: "eve@example.com", password: "x"})
	wantRefusal(t, err, "UserNotFoundException", "User does not exist.")

	r = startSRP(t, func(c *Config, _ *Options) { c.Clients[0].PreventUserExistenceErrors = true })
	sub := r.member(t, "ada@example.com")
	_, err = r.srp(t, srpSignIn{user: "eve@example.com", password: "x"})
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
	show := func(name string) map[string]string {
		out, err := r.initiateSRP(t, srpSignIn{user: name, clientID: webClient}, "2")
		if err != nil {
			t.Fatal(err)
		}
		return out.ChallengeParameters
	}
	eve, again, bob, ada := show("eve@example.com"), show("EVE@example.com"), show("bob@example.com"), show("ada@example.com")
	if eve["SALT"] != again["SALT"] || eve["USERNAME"] != again["USERNAME"] {
		t.Errorf("one name, twice: %v, %v", eve, again)
	}
	if eve["SALT"] == bob["SALT"] || eve["USERNAME"] == bob["USERNAME"] || eve["SRP_B"] == again["SRP_B"] {
		t.Errorf("nothing tells two names apart: %v, %v", eve, bob)
	}
	// The form tells nothing either.
	if !slices.Equal(slices.Sorted(maps.Keys(eve)), slices.Sorted(maps.Keys(ada))) || len(eve["SALT"]) != len(ada["SALT"]) || len(eve["SECRET_BLOCK"]) != len(ada["SECRET_BLOCK"]) {
		t.Errorf("an unknown user is shown %v, a known one %v", eve, ada)
	}
	if ada["USERNAME"] != sub || eve["USERNAME"][14] != '4' || len(eve["USERNAME"]) != len(sub) {
		t.Errorf("names %s, %s", ada["USERNAME"], eve["USERNAME"])
	}
}

// Wrong proofs for a name that nobody has lock that name alone, as typed or as the challenge
// has it.
func TestR52_AnUnknownNameIsLockedAlone(t *testing.T) {
	r := startSRP(t, func(c *Config, _ *Options) { c.Clients[0].PreventUserExistenceErrors = true })
	try := func(name, refusal string) {
		t.Helper()
		_, err := r.srp(t, srpSignIn{user: name, password: "x"})
		wantRefusal(t, err, "NotAuthorizedException", refusal)
	}
	for range freeAttempts {
		try("eve@example.com", "Incorrect username or password.")
	}
	try("eve@example.com", "Password attempts exceeded")
	try("bob@example.com", "Incorrect username or password.")
	if r.store.attempts[""].failed != 0 {
		t.Error("attempts of nobody are counted together")
	}
}

func TestR52_OnlyAClientThatAllowsSRPUsesIt(t *testing.T) {
	r := startRig(t, nil) // password flows only
	r.member(t, "ada@example.com")
	for _, admin := range []bool{false, true} {
		_, err := r.srp(t, srpSignIn{user: "ada@example.com", password: longPassword, admin: admin})
		wantRefusal(t, err, "InvalidParameterException", "USER_SRP_AUTH is not enabled for the client.")
	}
	r = startSRP(t, nil)
	_, err := r.initiateSRP(t, srpSignIn{clientID: webClient, user: "ada@example.com"}, "")
	wantRefusal(t, err, "InvalidParameterException", "Missing required parameter SRP_A")
	r.member(t, "ada@example.com")
	_, err = r.initiateSRP(t, srpSignIn{clientID: webClient, user: "ada@example.com"}, "0")
	wantRefusal(t, err, "InvalidParameterException", "SRP_A is divisible by N")
}

func TestR52_ASecretHashIsForClientsWithASecret(t *testing.T) {
	r := startSRP(t, func(c *Config, _ *Options) {
		c.Clients = append(c.Clients, Client{ID: "secret1example", Secret: "s3cret"})
	})
	r.member(t, "ada@example.com")
	s := srpSignIn{clientID: "secret1example", secret: "s3cret", user: "ada@example.com", password: longPassword}
	if _, err := r.srp(t, s); err != nil {
		t.Fatal(err)
	}
	s.between = func(a map[string]string) { delete(a, "SECRET_HASH") }
	_, err := r.srp(t, s)
	wantRefusal(t, err, "NotAuthorizedException", "Client secret1example is configured with secret but SECRET_HASH was not received")
	s.between = func(a map[string]string) { a["SECRET_HASH"] = s.hash("eve")["SECRET_HASH"] }
	_, err = r.srp(t, s)
	wantRefusal(t, err, "NotAuthorizedException", "Unable to verify secret hash for client secret1example")
	s.secret, s.between = "", nil
	_, err = r.srp(t, s)
	wantRefusal(t, err, "NotAuthorizedException", "Client secret1example is configured with secret but SECRET_HASH was not received")
	_, err = r.initiateSRP(t, s, "2")
	wantRefusal(t, err, "NotAuthorizedException", "Client secret1example is configured with secret but SECRET_HASH was not received")
	s.clientID, s.secret = webClient, "s3cret"
	_, err = r.srp(t, s)
	wantRefusal(t, err, "NotAuthorizedException", "Unable to verify secret hash for client web1example")
	_, err = r.api.SignUp(t.Context(), &idp.SignUpInput{
		ClientId: aws.String(webClient), Username: aws.String("bob@example.com"), Password: aws.String(longPassword),
		SecretHash: aws.String(Client{ID: webClient}.secretHash("bob@example.com")),
	})
	wantRefusal(t, err, "NotAuthorizedException", "Unable to verify secret hash for client web1example")
}

// Any name and any password that the pool takes, in both ways to read a salt, with and
// without a secret.
func TestR52_EveryUserOfEveryAlphabetSignsIn(t *testing.T) {
	r := startSRP(t, func(c *Config, _ *Options) {
		c.UsernameAttributes, c.CaseSensitive = nil, true
		c.Clients = append(c.Clients, Client{ID: "secret1example", Secret: "s3cret"})
	})
	name := rapid.StringMatching(`[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,40}`)
	form.Check(t, 10, 20, 500, func(rt *rapid.T) {
		s := srpSignIn{user: name.Filter(isUsername).Draw(rt, "user"), password: rapid.StringN(1, 60, 250).Draw(rt, "password"), keepsZeros: rapid.Bool().Draw(rt, "keepsZeros")}
		if rapid.Bool().Draw(rt, "confidential") {
			s.clientID, s.secret = "secret1example", "s3cret"
		}
		r.store.remove(s.user)
		if _, err := r.Import(ImportedUser{Username: s.user, Password: s.password}); err != nil {
			rt.Fatal(err)
		}
		if _, err := r.srp(t, s); err != nil {
			rt.Fatalf("%+v: %v", s, err)
		}
		s.password += "x"
		if _, err := r.srp(t, s); err == nil {
			rt.Fatalf("%+v: signed in with a wrong password", s)
		}
	})
}

// The answers to challenges have three times the quota of sign-ins, those that set a
// password that of account recovery.
func TestAChallengesAnswerHasAQuotaOfItsOwn(t *testing.T) {
	r := startSRP(t, func(_ *Config, o *Options) { o.Quotas = Quotas{"UserAuthentication": 1, "UserAccountRecovery": 2} })
	passed := func(name types.ChallengeNameType) (n int) {
		for {
			_, err := r.respond(t, srpSignIn{clientID: webClient}, name, map[string]string{"USERNAME": "x"}, nil)
			if strings.Contains(err.Error(), "TooManyRequestsException") {
				return n
			}
			n++
		}
	}
	if got := passed(types.ChallengeNameTypePasswordVerifier); got != 3 {
		t.Errorf("%d proofs passed", got)
	}
	if got := passed(types.ChallengeNameTypeNewPasswordRequired); got != 2 {
		t.Errorf("%d new passwords passed", got)
	}
}
