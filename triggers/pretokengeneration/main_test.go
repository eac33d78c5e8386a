package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel/kerneltest"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

const (
	events   = "../../events"
	profiles = "../../events/profiles"
)

// webApp is the app client of the users in events/.
var webApp = map[string]string{"clientId": "4example4client4id4web4app"}

// silent is the sub of the user whose rows cannot be read.
const silent = "f3d4c5b6-0001-4a5b-8c9d-00000000a500"

type partlySilent struct{ *userstest.Memory }

func (p partlySilent) Access(ctx context.Context, key users.Key, client string) (table.Access, error) {
	if key.Sub == silent {
		return table.Access{}, errors.New("no answer")
	}
	return p.Memory.Access(ctx, key, client)
}

// granted returns a store with the AUTHZ rows and app clients of events/.
func granted(t testing.TB) *userstest.Memory { return grantedBy(t, events) }

func grantedBy(t testing.TB, specification string) *userstest.Memory {
	t.Helper()
	store := new(userstest.Memory)
	for sub, row := range kerneltest.Authz(t, specification) {
		key := users.Key{PoolID: kerneltest.Pool, Sub: sub}
		if err := store.Grant(t.Context(), key, row); err != nil {
			t.Fatal(err)
		}
		if row.Status == table.Deleted {
			if err := store.Erase(t.Context(), key, kerneltest.Clock()); err != nil {
				t.Fatal(err)
			}
		}
	}
	for client, profile := range kerneltest.Clients(t, specification) {
		if err := store.Assign(t.Context(), client, profile); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

func chain(t testing.TB, from store) *kernel.Chain { return chainBy(t, events, from) }

func chainBy(t testing.TB, specification string, from store) *kernel.Chain {
	t.Helper()
	env, _ := kerneltest.Environment()
	return newChain(env, issuerBy(t, specification, from))
}

func issuerBy(t testing.TB, specification string, from store) issuer {
	t.Helper()
	document := kerneltest.Policy(t, specification)
	tokens, err := claims.Compile(document.Tokens)
	if err != nil {
		t.Fatal(err)
	}
	mirror, err := users.CompileMirror(document.Mirror)
	if err != nil {
		t.Fatal(err)
	}
	held, err := signup.CompileHeld(document.AtToken)
	if err != nil {
		t.Fatal(err)
	}
	return issuer{store: from, tokens: tokens, held: held, mirror: mirror}
}

func TestR1_EveryEventOfTheSpecification(t *testing.T) {
	kerneltest.Replay(t, events+"/pretokengeneration", cognito.TokenGenerationSources(), func(t *testing.T) kerneltest.Invoker {
		return chain(t, partlySilent{granted(t)})
	})
}

// It compares what the tokens of each app client's profile say.
func TestR1_EveryEventOfTheProfiles(t *testing.T) {
	kerneltest.Replay(t, profiles+"/pretokengeneration", nil, func(t *testing.T) kerneltest.Invoker {
		return chainBy(t, profiles, partlySilent{grantedBy(t, profiles)})
	})
}

func made() kerneltest.Made {
	groups := rapid.Custom(func(t *rapid.T) any {
		return map[string]any{
			"groupsToOverride":   rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,10}`), 0, 100).Draw(t, "groups"),
			"iamRolesToOverride": []string{},
			"preferredRole":      rapid.SampledFrom([]any{nil, "", []string{"arn:aws:iam::123456789012:role/r"}}).Draw(t, "role"),
		}
	})
	return kerneltest.Made{
		Sources: cognito.TokenGenerationSources(), Versions: []string{"1", "2", "3"},
		Request:  map[string]*rapid.Generator[any]{"groupConfiguration": groups},
		Response: rapid.SampledFrom([]any{map[string]any{"claimsOverrideDetails": nil}, map[string]any{"claimsAndScopeOverrideDetails": nil}, nil, []any{}}),
	}
}

// forUser returns the event with the sub of one of the rows of events/authz.json.
func forUser(t *rapid.T, event []byte) []byte {
	sub := rapid.SampledFrom([]string{"a001", "a004", "a005", "a404", "a500"}).Draw(t, "user")
	var members map[string]json.RawMessage
	var request map[string]json.RawMessage
	var attributes map[string]any
	for _, err := range []error{json.Unmarshal(event, &members), json.Unmarshal(members["request"], &request), json.Unmarshal(request["userAttributes"], &attributes)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	attributes["sub"] = silent[:len(silent)-4] + sub
	if rapid.IntRange(0, 9).Draw(t, "known client") > 0 {
		members["callerContext"], _ = json.Marshal(webApp)
	}
	request["userAttributes"], _ = json.Marshal(attributes)
	members["request"], _ = json.Marshal(request)
	members["userPoolId"], _ = json.Marshal(kerneltest.Pool)
	changed, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// Outside response, the reply is the event. No rule of this policy changes groups, so
// no groupOverrideDetails is written: an empty or null one would remove them all.
func TestR2_R3_OnlyTheResponseIsWrittenAndGroupsAreLeftAlone(t *testing.T) {
	store := granted(t)
	chain := chain(t, partlySilent{store})
	form.Check(t, 500, 2_000, 100_000, func(rt *rapid.T) {
		event := forUser(rt, kerneltest.Events(made()).Draw(rt, "event"))
		reply, err := chain.Invoke(rt.Context(), event)
		if err != nil {
			rt.Fatal(err)
		}
		kerneltest.SameOutsideResponse(t, event, reply)
		if bytes.Contains(reply, []byte("groupOverrideDetails")) {
			rt.Fatalf("groups are touched: %s", reply)
		}
		if t.Failed() {
			rt.Fatalf("event %s", event)
		}
	})
}

func TestR3_TwoThousandGroupsAreLeftAlone(t *testing.T) {
	groups := make([]string, 2000)
	for i := range groups {
		groups[i] = strings.Repeat("g", i%40+1)
	}
	event, err := json.Marshal(map[string]any{
		"version": "2", "triggerSource": "TokenGeneration_Authentication", "userPoolId": kerneltest.Pool, "callerContext": webApp,
		"request":  map[string]any{"userAttributes": map[string]any{"sub": silent[:len(silent)-3] + "001"}, "groupConfiguration": map[string]any{"groupsToOverride": groups}},
		"response": map[string]any{"claimsAndScopeOverrideDetails": nil},
	})
	if err != nil {
		t.Fatal(err)
	}
	reply, refused := kerneltest.Answer(t, chain(t, granted(t)), event)
	if refused || !bytes.Contains(reply, []byte(`"roles":["editor","reviewer"]`)) || bytes.Contains(reply, []byte("groupOverrideDetails")) {
		t.Errorf("got %.300s", reply)
	}
	kerneltest.SameOutsideResponse(t, event, reply)
}

func response(t *rapid.T, reply []byte) []byte {
	if reply == nil {
		return nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(reply, &members); err != nil {
		t.Fatal(err)
	}
	return members["response"]
}

func TestR16_SuspendedAndDeletedUsersGetNoToken(t *testing.T) {
	chain := chain(t, granted(t))
	for _, user := range []string{"002", "003"} {
		for _, source := range cognito.TokenGenerationSources() {
			event, err := json.Marshal(map[string]any{
				"version": "3", "triggerSource": source, "userPoolId": kerneltest.Pool, "callerContext": webApp,
				"request":  map[string]any{"userAttributes": map[string]string{"sub": silent[:len(silent)-3] + user}},
				"response": map[string]any{"claimsAndScopeOverrideDetails": nil},
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = chain.Invoke(t.Context(), event)
			if machine := source == cognito.TokenClientCredentials; machine != (err == nil) || !machine && err != error(deny.AccountDisabled) {
				t.Errorf("user %s, %s: %v", user, source, err)
			}
		}
	}
}

// With the store down, a user with grants gets a token without them, and with nothing
// that the user would not have had otherwise.
func TestR17_ADeadStoreGrantsLess(t *testing.T) {
	event, err := json.Marshal(map[string]any{
		"version": "2", "triggerSource": "TokenGeneration_RefreshTokens", "userPoolId": kerneltest.Pool, "callerContext": webApp,
		"request":  map[string]any{"userAttributes": map[string]string{"sub": silent[:len(silent)-3] + "001"}},
		"response": map[string]any{"claimsAndScopeOverrideDetails": nil},
	})
	if err != nil {
		t.Fatal(err)
	}
	reply, refused := kerneltest.Answer(t, chain(t, kerneltest.DeadStore()), event)
	if refused || bytes.Contains(reply, []byte("editor")) || bytes.Contains(reply, []byte("acme")) {
		t.Errorf("got %s", reply)
	}
}

// onlyReads answers reads and no writes.
type onlyReads struct{ kerneltest.SilentStore }

func (onlyReads) Access(context.Context, users.Key, string) (table.Access, error) {
	return table.Access{}, nil
}

func TestR22_ASilentStoreDelaysNoToken(t *testing.T) {
	for name, silent := range map[string]store{"reads and writes": kerneltest.SilentStore{}, "writes": onlyReads{}} {
		t.Run(name, func(t *testing.T) {
			kerneltest.AnswersInTime(t, events+"/pretokengeneration", func(env kernel.Environment) *kernel.Chain {
				return newChain(env, issuerBy(t, events, silent))
			})
		})
	}
}

func TestR33_AMissingProfileIsWrittenBeforeTheToken(t *testing.T) {
	store := new(userstest.Memory)
	for _, c := range kerneltest.Cases(t, events+"/pretokengeneration") {
		if c.Name != "v2-authentication" {
			continue
		}
		kerneltest.Answer(t, chain(t, store), c.Event)
		rows := kerneltest.Rows(t, store, c.Event)
		if !bytes.Contains(rows, []byte(`"CreatedBy": "TokenGeneration_Authentication"`)) || bytes.Contains(rows, []byte(`"SignIn"`)) {
			t.Errorf("got %s", rows)
		}
	}
}
