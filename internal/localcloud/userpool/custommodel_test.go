package userpool

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp/srptest"
)

// script is what an app's three functions say, drawn beforehand, and what the pool may make
// of it. It remembers no more than that.
type script struct {
	t *rapid.T
	// says are the answers by function, used one after another; "" is a failure.
	says map[string][]string
	// issued is set if the last DefineAuthChallenge said issueTokens and no failAuthentication.
	issued bool
	// proven and replaced say that a password and a new one were taken.
	proven, replaced bool
}

// hidden is in every private parameter.
const hidden = "for-the-functions-alone"

var vocabulary = map[string][]string{
	defineAuthChallenge: {
		`{}`, `{"challengeName":"SMS_MFA"}`, `{"challengeName":"NEW_PASSWORD_REQUIRED"}`, `{"challengeName":"PASSWORD_VERIFIER"}`,
		`{"challengeName":"PASSWORD_VERIFIER","issueTokens":false,"failAuthentication":false}`, `{"challengeName":"CUSTOM_CHALLENGE"}`,
		`{"challengeName":"CUSTOM_CHALLENGE","issueTokens":null}`, `{"challengeName":"CUSTOM_CHALLENGE","failAuthentication":true}`,
		issuing, issuing, `{"challengeName":"CUSTOM_CHALLENGE","issueTokens":true}`, `{"issueTokens":true,"failAuthentication":true}`, "",
	},
	createAuthChallenge: {
		`{}`, `{"privateChallengeParameters":{"a":"` + hidden + `"}}`, "",
		`{"publicChallengeParameters":{"q":"?"},"privateChallengeParameters":{"` + hidden + `":"1"},"challengeMetadata":"M"}`,
	},
	verifyAuthChallenge: {`{}`, `{"answerCorrect":true}`, `{"answerCorrect":false}`, `{"answerCorrect":null}`, ""},
}

const issuing = `{"issueTokens":true}`

func (s *script) Invoke(_ context.Context, arn string, ev []byte) ([]byte, error) {
	said := s.says[arn][0]
	s.says[arn] = s.says[arn][1:]
	if arn == defineAuthChallenge {
		s.issued = strings.Contains(said, `"issueTokens":true`) && !strings.Contains(said, `"failAuthentication":true`)
	}
	if said == "" {
		return nil, &FunctionError{"errorString", "no"}
	}
	return responding(said)(ev)
}

// In any script there are tokens only where the last word of the app's function was to issue
// them, after SRP only with the password and without a temporary one, and no reply has a
// private parameter.
func TestR59_NoScriptOfACustomSignInGetsMoreThanItSays(t *testing.T) {
	m := &scripts{}
	cfg := baseConfig()
	cfg.Triggers = map[string]Trigger{}
	withHooks(challengeTriggers...)(&cfg, nil)
	cfg.UsernameAttributes, cfg.Clients[0].ExplicitAuthFlows = nil, []string{"ALLOW_CUSTOM_AUTH"}
	cfg.Clients[0].PreventUserExistenceErrors = true
	var err error
	m.pool, err = Start(cfg, InvokerFunc(func(ctx context.Context, arn string, ev []byte) ([]byte, error) {
		return m.now.Invoke(ctx, arn, ev)
	}), Options{keys: testKeys})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = m.pool.Close() }()
	for round := 0; round < 50 && (round == 0 || m.tokens == 0 || m.afterSRP == 0); round++ {
		form.Check(t, 100, 400, 5000, m.signIn)
	}
	if m.tokens == 0 || m.afterSRP == 0 {
		t.Errorf("%d sign-ins without and %d with a password got tokens", m.tokens, m.afterSRP)
	}
}

// scripts are one pool, with a user for each script, and how many sign-ins got tokens.
type scripts struct {
	pool             *Pool
	now              *script
	users            int
	tokens, afterSRP int
}

func (m *scripts) signIn(t *rapid.T) {
	s := &script{t: t, says: map[string][]string{}}
	for _, function := range challengeTriggers {
		s.says[function] = rapid.SliceOfN(rapid.SampledFrom(vocabulary[function]), 20, 20).Draw(t, function)
	}
	m.now, m.users = s, m.users+1
	p, name, status := m.pool, fmt.Sprintf("ada-%d", m.users), confirmed
	temporary := rapid.Bool().Draw(t, "temporary")
	if temporary {
		status = forceChangePassword
	}
	if _, err := p.Import(ImportedUser{Username: name, Password: longPassword, Status: status}); err != nil {
		t.Fatal(err)
	}
	exists := rapid.IntRange(0, 4).Draw(t, "exists") > 0
	if !exists {
		name = "nobody"
	}
	bySRP, client := rapid.Bool().Draw(t, "SRP"), srptest.New(big.NewInt(1_000_003))
	in := initiateAuthInput{AuthFlow: "CUSTOM_AUTH", ClientID: webClient, AuthParameters: map[string]string{"USERNAME": name}}
	if bySRP {
		in.AuthParameters["CHALLENGE_NAME"], in.AuthParameters["SRP_A"] = "SRP_A", client.A()
	}
	out, err := p.initiateAuth(in)
	for range 8 {
		if reply, _ := json.Marshal(out); strings.Contains(string(reply), hidden) || err != nil && strings.Contains(err.Error(), hidden) {
			t.Fatalf("a private parameter is in %s, %v", reply, err)
		}
		if err != nil || out.AuthenticationResult != nil {
			break
		}
		out, err = s.answer(p, client, name, out)
	}
	var api *APIError
	switch {
	case err != nil && !errors.As(err, &api):
		t.Fatal(err)
	case out.AuthenticationResult == nil:
	case !s.issued || !exists || bySRP && (!s.proven || temporary && !s.replaced):
		t.Fatalf("tokens after %+v", *s)
	case bySRP:
		m.afterSRP++
	default:
		m.tokens++
	}
}

// answer answers the challenge that waits, rightly as a rule.
func (s *script) answer(p *Pool, client srptest.Client, name string, out authOutput) (authOutput, error) {
	right := rapid.IntRange(0, 5).Draw(s.t, "right") > 0
	in := respondInput{ClientID: webClient, ChallengeName: out.ChallengeName, Session: out.Session, ChallengeResponses: map[string]string{
		"USERNAME": name, "ANSWER": "x", "NEW_PASSWORD": "Another-horse-8",
	}}
	if rapid.IntRange(0, 9).Draw(s.t, "no session") == 0 {
		in.Session = ""
	}
	switch out.ChallengeName {
	case "PASSWORD_VERIFIER":
		password := map[bool]string{true: longPassword, false: "Wrong-horse-7"}[right]
		answer, err := client.Answer(poolUnderTest, password, out.ChallengeParameters, time.Now(), false)
		if err != nil {
			s.t.Fatal(err)
		}
		in.ChallengeResponses = answer
		s.proven = right
	case "NEW_PASSWORD_REQUIRED":
		s.replaced = right
		if !right {
			in.ChallengeResponses["NEW_PASSWORD"] = "short"
		}
	}
	s.issued = false
	return p.respondToAuthChallenge(in)
}
