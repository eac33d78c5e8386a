package userpool

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp/srptest"
)

var challengeTriggers = []string{defineAuthChallenge, createAuthChallenge, verifyAuthChallenge}

// goldenSteps compares the events of a sign-in by CUSTOM_AUTH, which repeat sources, with
// numbered files.
func (r *rig) goldenSteps(t *testing.T, prefix string) {
	t.Helper()
	for i, e := range r.fns.take() {
		if slices.Contains(append(challengeTriggers, preAuthentication), e.trigger) {
			golden(t, fmt.Sprintf("%s-%d-%s", prefix, i, e.trigger), e.raw)
		}
	}
}

// byStep is a DefineAuthChallenge that answers by the number of results: the next step,
// "tokens", or "fail".
func byStep(steps ...string) func([]byte) ([]byte, error) {
	return func(ev []byte) ([]byte, error) {
		var in struct {
			Request struct{ Session []challengeResult }
		}
		if err := json.Unmarshal(ev, &in); err != nil {
			return nil, err
		}
		name := steps[min(len(in.Request.Session), len(steps)-1)]
		tokens, fail := name == "tokens", name == "fail"
		if tokens || fail {
			name = ""
		}
		return responding(fmt.Sprintf(`{"challengeName":%q,"issueTokens":%v,"failAuthentication":%v}`, name, tokens, fail))(ev)
	}
}

// asking is a CreateAuthChallenge with a secret that no client may see.
var asking = responding(`{"publicChallengeParameters":{"question":"7+1"},"privateChallengeParameters":{"answer":"8-is-secret"},"challengeMetadata":"SUM"}`)

// comparing is a VerifyAuthChallengeResponse.
func comparing(ev []byte) ([]byte, error) {
	var in struct {
		Request struct {
			PrivateChallengeParameters map[string]string
			ChallengeAnswer            string
		}
	}
	if err := json.Unmarshal(ev, &in); err != nil {
		return nil, err
	}
	right := in.Request.PrivateChallengeParameters["answer"] == in.Request.ChallengeAnswer
	return responding(fmt.Sprintf(`{"answerCorrect":%v}`, right))(ev)
}

func customRig(t *testing.T, change func(*Config), steps ...string) *rig {
	t.Helper()
	r := startRig(t, func(c *Config, o *Options) {
		withHooks(challengeTriggers...)(c, o)
		withHooks(preAuthentication)(c, o)
		c.UsernameAttributes = nil
		c.Clients[0].ExplicitAuthFlows = []string{"ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH"}
		if change != nil {
			change(c)
		}
	})
	r.fns.answer(defineAuthChallenge, byStep(steps...))
	r.fns.answer(createAuthChallenge, asking)
	r.fns.answer(verifyAuthChallenge, comparing)
	return r
}

func (r *rig) custom(t *testing.T, name string, more ...string) (*idp.InitiateAuthOutput, error) {
	t.Helper()
	params := map[string]string{"USERNAME": name}
	for i := 0; i < len(more); i += 2 {
		params[more[i]] = more[i+1]
	}
	return r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
		ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeCustomAuth, AuthParameters: params, ClientMetadata: map[string]string{"not": "forwarded"},
	})
}

func (r *rig) say(t *testing.T, session *string, name, answer string) (*idp.RespondToAuthChallengeOutput, error) {
	t.Helper()
	return r.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
		ClientId: aws.String(webClient), ChallengeName: types.ChallengeNameTypeCustomChallenge, Session: session,
		ChallengeResponses: map[string]string{"USERNAME": name, "ANSWER": answer}, ClientMetadata: map[string]string{"tenant": "acme"},
	})
}

// customOnce goes through one custom challenge.
func (r *rig) customOnce(t *testing.T, name string) error {
	t.Helper()
	out, err := r.custom(t, name)
	if err == nil {
		_, err = r.say(t, out.Session, name, "8-is-secret")
	}
	return err
}

func TestR59_AFunctionChoosesTheStepsOfASignIn(t *testing.T) {
	r := customRig(t, nil, "CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE", "tokens")
	r.known(t, "ada", map[string]string{"email": ada})
	out, err := r.custom(t, "ada")
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]string{"question": "7+1", "USERNAME": "ada"}; out.ChallengeName != "CUSTOM_CHALLENGE" || !maps.Equal(out.ChallengeParameters, want) {
		t.Errorf("challenge %s %v", out.ChallengeName, out.ChallengeParameters)
	}
	r.goldenSteps(t, "custom-first")
	again, err := r.say(t, out.Session, "ada", "9")
	if err != nil {
		t.Fatal(err)
	}
	r.goldenSteps(t, "custom-second")
	_, err = r.say(t, out.Session, "ada", "8-is-secret")
	wantRefusal(t, err, "NotAuthorizedException", "Invalid session for the user, session can only be used once.")
	wantSources(t, r.fns.sources(t))
	done, err := r.say(t, again.Session, "ada", "8-is-secret")
	if err != nil || done.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", done, err)
	}
	wantSources(t, r.fns.sources(t), "VerifyAuthChallengeResponse_Authentication", "DefineAuthChallenge_Authentication",
		"PostAuthentication_Authentication", "TokenGeneration_Authentication")
}

// srpCustom begins with SRP and proves a password.
func (r *rig) srpCustom(t *testing.T, name, password string) (*idp.RespondToAuthChallengeOutput, map[string]string, error) {
	t.Helper()
	client := srptest.New(new(big.Int).SetBytes([]byte(secret())))
	begun, err := r.custom(t, name, "CHALLENGE_NAME", "SRP_A", "SRP_A", client.A())
	if err != nil {
		return nil, nil, err
	}
	if begun.ChallengeName != types.ChallengeNameTypePasswordVerifier || begun.Session == nil {
		t.Fatalf("challenge %s, session %v", begun.ChallengeName, begun.Session)
	}
	answer, err := client.Answer(poolUnderTest, password, begun.ChallengeParameters, r.clock.now(), false)
	if err != nil {
		t.Fatal(err)
	}
	out, err := r.respond(t, srpSignIn{clientID: webClient}, types.ChallengeNameTypePasswordVerifier, answer, begun.Session)
	return out, answer, err
}

func TestR59_APasswordBySRPComesBeforeTheChallenges(t *testing.T) {
	r := customRig(t, nil, "", "PASSWORD_VERIFIER", "CUSTOM_CHALLENGE", "tokens")
	r.known(t, "ada", nil)
	out, _, err := r.srpCustom(t, "ada", longPassword)
	if err != nil || out.ChallengeName != "CUSTOM_CHALLENGE" {
		t.Fatalf("%+v, %v", out, err)
	}
	r.goldenSteps(t, "custom-srp")
	if done, err := r.say(t, out.Session, "ada", "8-is-secret"); err != nil || done.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", done, err)
	}
	r.goldenSteps(t, "custom-srp-last")
	_, _, err = r.srpCustom(t, "ada", "Wrong-horse-7")
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
	wantSources(t, r.fns.sources(t), "PreAuthentication_Authentication", "DefineAuthChallenge_Authentication")
}

// The proof of a custom sign-in ends no other one: the functions would be passed over.
func TestR59_NoProofOfACustomSignInIsTakenElsewhere(t *testing.T) {
	r := customRig(t, nil, "", "PASSWORD_VERIFIER", "fail")
	r.known(t, "ada", nil)
	_, answer, err := r.srpCustom(t, "ada", longPassword)
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
	for _, session := range []*string{nil, aws.String(secret())} {
		_, err = r.respond(t, srpSignIn{clientID: webClient}, types.ChallengeNameTypePasswordVerifier, answer, session)
		wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
	}
	plain, err := r.initiateSRP(t, srpSignIn{clientID: webClient, user: "ada"}, "2")
	if err != nil {
		t.Fatal(err)
	}
	waiting, err := r.custom(t, "ada", "CHALLENGE_NAME", "SRP_A", "SRP_A", "2")
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(answer, map[string]string{"PASSWORD_CLAIM_SECRET_BLOCK": plain.ChallengeParameters["SECRET_BLOCK"]})
	_, err = r.respond(t, srpSignIn{clientID: webClient}, types.ChallengeNameTypePasswordVerifier, answer, waiting.Session)
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
}

// Cognito asks for a second factor by itself, and DefineAuthChallenge sees the result.
func TestR59_ASecondFactorIsAskedForAfterThePassword(t *testing.T) {
	r := customRig(t, func(c *Config) {
		c.MfaConfiguration, c.EnabledMfas = "ON", []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"}
	}, "", "PASSWORD_VERIFIER", "fail", "CUSTOM_CHALLENGE", "tokens")
	r.known(t, "ada", map[string]string{"phone_number": "+491701"})
	out, _, err := r.srpCustom(t, "ada", longPassword)
	if err != nil || out.ChallengeName != types.ChallengeNameTypeSmsMfa {
		t.Fatalf("%+v, %v", out, err)
	}
	r.fns.take()
	_, err = r.Pool.answerOTP(r.cfg().Clients[0], respondInput{ChallengeName: "SMS_MFA", Session: *out.Session, ChallengeResponses: map[string]string{
		"USERNAME": "ada", "SMS_MFA_CODE": r.mustCode(t, "ada"),
	}})
	if err == nil {
		t.Fatal("the sign-in ends without the functions")
	}
	out, _, err = r.srpCustom(t, "ada", longPassword)
	if err != nil {
		t.Fatal(err)
	}
	r.fns.take()
	out, err = r.answer(t, aws.String("SMS_MFA"), out.Session, "ada", "SMS_MFA_CODE", r.mustCode(t, "ada"))
	if err != nil || out.ChallengeName != "CUSTOM_CHALLENGE" {
		t.Fatalf("%+v, %v", out, err)
	}
	r.goldenSteps(t, "custom-mfa")
	if done, err := r.say(t, out.Session, "ada", "8-is-secret"); err != nil || done.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", done, err)
	}
}

func TestR59_ATemporaryPasswordIsReplacedInACustomSignIn(t *testing.T) {
	for name, steps := range map[string][]string{
		"where the function says so":   {"", "PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED", "tokens"},
		"where the function forgets":   {"", "PASSWORD_VERIFIER", "tokens"},
		"after a challenge of its own": {"", "PASSWORD_VERIFIER", "CUSTOM_CHALLENGE", "tokens"},
	} {
		t.Run(name, func(t *testing.T) {
			r := customRig(t, nil, steps...)
			r.imports(t, ImportedUser{Username: "ada", Password: "Temporary-1", Status: forceChangePassword})
			out, _, err := r.srpCustom(t, "ada", "Temporary-1")
			if err == nil && out.ChallengeName == "CUSTOM_CHALLENGE" {
				out, err = r.say(t, out.Session, "ada", "8-is-secret")
			}
			if err != nil || out.ChallengeName != types.ChallengeNameTypeNewPasswordRequired {
				t.Fatalf("%+v, %v", out, err)
			}
			done, err := r.answer(t, aws.String("NEW_PASSWORD_REQUIRED"), out.Session, "ada", "NEW_PASSWORD", longPassword)
			if err != nil || done.AuthenticationResult == nil || r.status(t, "ada") != types.UserStatusTypeConfirmed {
				t.Fatalf("%+v, %v", done, err)
			}
		})
	}
}

func TestR59_AnUnknownUserOfACustomSignInIsToldToTheFunctionsAlone(t *testing.T) {
	for name, steps := range map[string][]string{
		"challenge": {"CUSTOM_CHALLENGE", "tokens"}, "SRP": {"", "PASSWORD_VERIFIER", "tokens"}, "tokens at once": {"tokens"},
	} {
		t.Run(name, func(t *testing.T) {
			r := customRig(t, nil, steps...)
			hide(r)
			var err error
			if name == "SRP" {
				_, _, err = r.srpCustom(t, "Nobody", longPassword)
			} else {
				err = r.customOnce(t, "Nobody")
			}
			wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
			if name == "challenge" {
				r.goldenSteps(t, "custom-unknown")
			}
		})
	}
	r := customRig(t, nil, "tokens")
	_, err := r.custom(t, "Nobody")
	wantRefusal(t, err, "UserNotFoundException", "User does not exist.")
	wantSources(t, r.fns.sources(t))
}

func TestR59_WhatDefineAuthChallengeCannotSayIsRefused(t *testing.T) {
	for step, want := range map[string]string{
		"fail":                  "NotAuthorizedException: Incorrect username or password.",
		"":                      `InvalidLambdaResponseException: DefineAuthChallenge: "" cannot follow.`,
		"SMS_MFA":               `InvalidLambdaResponseException: DefineAuthChallenge: "SMS_MFA" cannot follow.`,
		"PASSWORD_VERIFIER":     `InvalidLambdaResponseException: DefineAuthChallenge: "PASSWORD_VERIFIER" cannot follow.`,
		"NEW_PASSWORD_REQUIRED": `InvalidLambdaResponseException: DefineAuthChallenge: "NEW_PASSWORD_REQUIRED" cannot follow.`,
	} {
		r := customRig(t, nil, step)
		r.imports(t, ImportedUser{Username: "ada", Password: "Temporary-1", Status: forceChangePassword})
		code, message, _ := strings.Cut(want, ": ")
		_, err := r.custom(t, "ada")
		wantRefusal(t, err, code, message)
	}
	for _, steps := range [][]string{{"", "PASSWORD_VERIFIER", "PASSWORD_VERIFIER"}, {"", "PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED"}} {
		r := customRig(t, nil, steps...)
		r.known(t, "ada", nil)
		_, _, err := r.srpCustom(t, "ada", longPassword)
		wantRefusal(t, err, "InvalidLambdaResponseException", fmt.Sprintf("DefineAuthChallenge: %q cannot follow.", steps[2]))
	}
	r := customRig(t, nil, "", "SMS_MFA")
	r.known(t, "ada", nil)
	_, err := r.custom(t, "ada", "CHALLENGE_NAME", "SRP_A", "SRP_A", "2")
	wantRefusal(t, err, "InvalidLambdaResponseException", `DefineAuthChallenge: "SMS_MFA" cannot follow.`)
	for trigger, response := range map[string]string{
		defineAuthChallenge: `{"issueTokens":"yes"}`, createAuthChallenge: `{"publicChallengeParameters":[]}`, verifyAuthChallenge: `{"answerCorrect":1}`,
	} {
		r := customRig(t, nil, "CUSTOM_CHALLENGE", "tokens")
		r.known(t, "ada", nil)
		r.fns.answer(trigger, responding(response))
		wantRefusal(t, r.customOnce(t, "ada"), "InvalidLambdaResponseException", "Unrecognizable lambda output")
	}
}

func TestR59_ACustomSignInNeedsItsFlowAndItsFunctions(t *testing.T) {
	for _, missing := range challengeTriggers {
		r := customRig(t, func(c *Config) { delete(c.Triggers, missing) }, "CUSTOM_CHALLENGE", "tokens")
		r.known(t, "ada", nil)
		wantRefusal(t, r.customOnce(t, "ada"), "InvalidParameterException", "Custom auth lambda trigger is not configured for the user pool.")
	}
	r := customRig(t, func(c *Config) { c.Clients[0].ExplicitAuthFlows = []string{"CUSTOM_AUTH_FLOW_ONLY"} }, "tokens")
	r.known(t, "ada", nil)
	out, err := r.api.AdminInitiateAuth(t.Context(), &idp.AdminInitiateAuthInput{
		UserPoolId: aws.String(poolUnderTest), ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeCustomAuth, AuthParameters: map[string]string{"USERNAME": "ada"},
	})
	if err != nil || out.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", out, err)
	}
	wantSources(t, r.fns.sources(t), "DefineAuthChallenge_Authentication", "PostAuthentication_Authentication", "TokenGeneration_Authentication")
	_, err = r.tryLogin(t, "ada", longPassword)
	wantRefusal(t, err, "InvalidParameterException", "Only custom auth (lambda driven) is enabled for this client.")
	r = customRig(t, func(c *Config) { c.Clients[0].ExplicitAuthFlows = []string{"ALLOW_USER_SRP_AUTH"} }, "tokens")
	_, err = r.custom(t, "ada")
	wantRefusal(t, err, "InvalidParameterException", "CUSTOM_AUTH is not enabled for the client.")
}

// Who is disabled, deleted or replaced while a function runs gets no tokens.
func TestR59_ACustomSignInEndsWithItsUser(t *testing.T) {
	for name, change := range map[string]func(*rig, *testing.T){
		"disabled": func(r *rig, _ *testing.T) {
			_, _ = r.store.change("ada", false, func(u *user) error { u.enabled = false; return nil })
		},
		"deleted":  func(r *rig, _ *testing.T) { r.store.remove("ada") },
		"replaced": func(r *rig, t *testing.T) { r.store.remove("ada"); r.known(t, "ada", nil) },
	} {
		for _, trigger := range challengeTriggers {
			t.Run(name+" in "+trigger, func(t *testing.T) {
				r := customRig(t, nil, "CUSTOM_CHALLENGE", "tokens")
				r.known(t, "ada", nil)
				normal := r.fns.reply[trigger]
				r.fns.answer(trigger, func(ev []byte) ([]byte, error) { change(r, t); return normal(ev) })
				err := r.customOnce(t, "ada")
				if sources := r.fns.sources(t); err == nil || slices.Contains(sources, "PostAuthentication_Authentication") ||
					trigger == verifyAuthChallenge && name != "disabled" && sources[len(sources)-1] != "VerifyAuthChallengeResponse_Authentication" {
					t.Errorf("it goes on: %v, %q", err, sources)
				}
				if trigger == verifyAuthChallenge && name != "disabled" {
					wantRefusal(t, err, "UserNotFoundException", "User does not exist.")
				}
			})
		}
	}
	r := customRig(t, nil, "tokens")
	r.imports(t, ImportedUser{Provider: "Google", Subject: "1"})
	_, err := r.custom(t, "google_1")
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
	if slices.Contains(r.fns.sources(t), "DefineAuthChallenge_Authentication") {
		t.Error("a user of a provider has custom sign-ins")
	}
}

func TestR59_ACustomSignInSaysWhatIsMissing(t *testing.T) {
	r := customRig(t, func(c *Config) { c.Clients = append(c.Clients, Client{ID: "secret1example", Secret: "s3cret"}) }, "CUSTOM_CHALLENGE", "tokens")
	r.known(t, "ada", nil)
	_, err := r.custom(t, "ada", "CHALLENGE_NAME", "SRP_A")
	wantRefusal(t, err, "InvalidParameterException", "Missing required parameter SRP_A")
	_, err = r.custom(t, "")
	wantRefusal(t, err, "InvalidParameterException", "Missing required parameter USERNAME")
	for hash, want := range map[string]string{
		"": "Client secret1example is configured with secret but SECRET_HASH was not received", "x": "Unable to verify secret hash for client secret1example",
	} {
		_, err = r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: aws.String("secret1example"), AuthFlow: types.AuthFlowTypeCustomAuth, AuthParameters: map[string]string{"USERNAME": "ada", "SECRET_HASH": hash},
		})
		wantRefusal(t, err, "NotAuthorizedException", want)
	}
	wantSources(t, r.fns.sources(t))
	out, err := r.custom(t, "ada")
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.say(t, out.Session, "ada", "")
	wantRefusal(t, err, "InvalidParameterException", "Missing required parameter ANSWER")
	r.fns.answer(createAuthChallenge, nil)
	if out, err = r.custom(t, "ada"); err != nil || !maps.Equal(out.ChallengeParameters, map[string]string{"USERNAME": "ada"}) {
		t.Fatalf("%+v, %v", out, err)
	}
	r.fns.take()
	_, _ = r.say(t, out.Session, "ada", "x")
	if raw := string(r.fns.take()[0].raw); !strings.Contains(raw, `"privateChallengeParameters":{}`) {
		t.Errorf("no private parameters: %s", raw)
	}
}

// A user without a password is asked for one as any other.
func TestR59_ACustomSignInHidesWhoHasNoPassword(t *testing.T) {
	r := customRig(t, nil, "", "PASSWORD_VERIFIER", "tokens")
	r.imports(t, ImportedUser{Username: "ada", Status: confirmed})
	_, _, err := r.srpCustom(t, "ada", longPassword)
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
	if !strings.Contains(string(r.fns.take()[0].raw), `"userName":"ada"`) {
		t.Error("the functions see another user")
	}
}

func TestR59_OnlyThePasswordsStepProvesThePassword(t *testing.T) {
	for name, want := range map[string]bool{"PASSWORD_VERIFIER": true, "SRP_A": false, "CUSTOM_CHALLENGE": false} {
		if got := (&custom{results: []challengeResult{{ChallengeName: name}}}).proven(); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestR59_ACustomSignInIsRefusedBeforeAndAfterItsFunctions(t *testing.T) {
	r := customRig(t, nil, "tokens")
	r.known(t, "ada", nil)
	_, err := r.custom(t, "ada", "CHALLENGE_NAME", "SRP_A")
	wantCode(t, err, "InvalidParameterException")
	wantSources(t, r.fns.sources(t))
	without := customRig(t, func(c *Config) { delete(c.Triggers, defineAuthChallenge) })
	_, err = without.custom(t, "nobody")
	wantRefusal(t, err, "InvalidParameterException", "Custom auth lambda trigger is not configured for the user pool.")
	r.fns.answer(defineAuthChallenge, func(ev []byte) ([]byte, error) {
		r.must(t, "AdminDeleteUser", inPool("Username", "ada"))
		return responding(`{"issueTokens":true,"failAuthentication":false}`)(ev)
	})
	_, err = r.custom(t, "ada")
	wantRefusal(t, err, "UserNotFoundException", "User does not exist.")
}

func TestR59_OnlyAPasswordThatWasProvenCounts(t *testing.T) {
	begun := &custom{results: []challengeResult{{"SRP_A", true, nil}}}
	if begun.proven() || !begun.proving("PASSWORD_VERIFIER").proven() {
		t.Error("proven before, or not after")
	}
}
