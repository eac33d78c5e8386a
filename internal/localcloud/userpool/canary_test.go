package userpool

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// secretsOf finds in an answer, as it is sent, what nobody else may learn.
var secretsOf = regexp.MustCompile(`"(?:RefreshToken|refresh_token|Session|ClientSecret|ClientSecretValue|SecretCode|SECRET_BLOCK)":"([^"]+)"|eyJ[\w-]+\.[\w-]+\.([\w-]+)`)

// noting keeps a timeline and, beside it, the secrets of all answers.
type noting struct {
	*timeline.Timeline
	mu      sync.Mutex
	secrets []string
}

func newNoting() *noting { return &noting{Timeline: timeline.New(timeline.Limits{Lines: 100_000})} }

// add leaves out a call that sends a password as a code: a random client takes the temporary
// password of an invitation for one, and codes are kept.
func (k *noting) add(c timeline.Call) {
	if strings.Contains(strings.ToLower(string(c.Request)), `code":"`+strings.ToLower(longPassword)) {
		return
	}
	k.mu.Lock()
	for _, found := range secretsOf.FindAllStringSubmatch(string(c.Answer), -1) {
		k.secrets = append(k.secrets, found[1]+found[2])
	}
	k.mu.Unlock()
	k.AddCall(c)
}

// silent fails if the timeline has one of these secrets or one of an answer.
func (k *noting) silent(t interface{ Errorf(string, ...any) }, secrets ...string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, e := range k.Entries("", 0) {
		var whole any
		if whole, _ = k.Call(e.ID); e.Call == nil {
			whole, _ = k.Invocation(e.ID)
		}
		text, err := json.Marshal(whole)
		if err != nil {
			t.Errorf("%v", err)
		}
		for _, secret := range append(secrets, k.secrets...) {
			if strings.Contains(string(text), secret) {
				t.Errorf("%q is in %s", secret, text)
				return
			}
		}
	}
}

// In every operation each member that may hold a secret holds a canary, and the operations
// that return secrets return some.
func TestR60_NoSecretOfAnyRequestOrAnswerIsKept(t *testing.T) {
	const canary = "Canary-bird-7"
	kept := newNoting()
	b := pagesRig(t, func(c *Config) { c.Triggers[userMigration] = Trigger{FunctionARN: userMigration} })
	b.service.opts.OnCall = kept.add
	members := object{
		"Password": canary, "PreviousPassword": canary, "ProposedPassword": canary, "TemporaryPassword": canary, "SecretHash": canary,
		"ClientSecret": canary, "RefreshToken": canary, "Token": canary, "Session": canary,
		"AuthParameters":             object{"USERNAME": "ada@example.com", "PASSWORD": canary, "SECRET_HASH": canary, "REFRESH_TOKEN": canary, "SRP_A": canary},
		"DeviceSecretVerifierConfig": object{"PasswordVerifier": canary},
		"ProviderDetails":            object{"client_id": "c", "client_secret": canary},
		"ChallengeResponses": object{
			"USERNAME": "ada@example.com", "PASSWORD_CLAIM_SIGNATURE": canary, "PASSWORD_CLAIM_SECRET_BLOCK": canary, "NEW_PASSWORD": canary,
			"PASSWORD": canary, "SECRET_HASH": canary, "ANSWER": canary,
		},
	}
	b.member(t, "ada@example.com")
	b.exact(t, "CreateUserPoolClient", object{"UserPoolId": poolUnderTest, "ClientName": "app", "GenerateSecret": true})
	tokens := b.login(t, "ada@example.com", longPassword)
	b.exact(t, "AssociateSoftwareToken", object{"AccessToken": tokens.AccessToken})
	b.exact(t, "AdminInitiateAuth", object{"UserPoolId": poolUnderTest, "ClientId": webClient, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": object{"USERNAME": "new@example.com", "PASSWORD": canary}})
	for _, form := range []url.Values{
		{"grant_type": {"refresh_token"}, "refresh_token": {canary}, "client_secret": {canary}}, {"grant_type": {"authorization_code"}, "code": {canary}, "code_verifier": {canary}},
	} {
		b.token(t, Client{ID: webClient, Secret: canary}, form)
		b.token(t, Client{}, form)
	}
	b.open(t, "/login", request(nil))
	b.send(t, map[string]string{"username": "ada@example.com", "password": canary})
	b.send(t, map[string]string{"username": "ada@example.com", "password": longPassword})
	for operation := range requests { // some change the pool, so they are last
		for _, flow := range []string{"USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH"} {
			body := object{"UserPoolId": poolUnderTest, "ClientId": webClient, "Username": "grace@example.com", "AuthFlow": flow, "ChallengeName": "NEW_PASSWORD_REQUIRED"}
			for name, value := range members {
				body[name] = value
			}
			if strings.HasPrefix(operation, "Delete") {
				body["UserPoolId"] = "eu-central-1_Other"
			}
			b.exact(t, operation, body)
		}
	}
	migrated := 0
	for _, e := range b.fns.take() {
		kept.AddInvocation(timeline.Invocation{ID: newUUID(), Event: e.raw, Reply: e.raw, Log: []string{string(e.raw)}})
		if strings.Contains(string(e.raw), canary) {
			migrated++
		}
	}
	if migrated == 0 || len(kept.secrets) < 5 {
		t.Errorf("%d events had the canary, the answers %d secrets", migrated, len(kept.secrets))
	}
	kept.silent(t, canary, longPassword)
}
