package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel/kerneltest"
)

var noon = time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)

func TestAProfileIsRememberedForAMinute(t *testing.T) {
	m := new(memory)
	m.keep("web", "app", noon)
	for after, want := range map[time.Duration]string{
		0: "app", 59 * time.Second: "app", remembered: "", time.Hour: "",
		-59 * time.Second: "app", -remembered: "", // event times are not in order
	} {
		if got := m.profile("web", noon.Add(after)); got != want {
			t.Errorf("after %v it is %q, want %q", after, got, want)
		}
	}
	m.keep("web", "console", noon.Add(time.Second))
	if got := m.profile("web", noon); got != "console" {
		t.Errorf("the newer profile is %q", got)
	}
	m.keep("", "app", noon)
	m.keep("other", "", noon)
	if m.profile("", noon) != "" || m.profile("other", noon) != "" || len(m.clients) != 1 {
		t.Errorf("it remembers %v", m.clients)
	}
}

func TestTheMemoryIsBounded(t *testing.T) {
	m := new(memory)
	for i := range 10 * mostClients {
		m.keep(fmt.Sprint("client", i), "app", noon.Add(time.Duration(i)*time.Millisecond))
		if len(m.clients) > mostClients {
			t.Fatalf("it holds %d clients", len(m.clients))
		}
	}
	// Stale clients are forgotten before fresh ones.
	m = new(memory)
	for i := range mostClients {
		m.keep(fmt.Sprint("client", i), "app", noon.Add(time.Duration(i%2)*2*time.Minute))
	}
	m.keep("new", "app", noon.Add(2*time.Minute))
	if len(m.clients) != mostClients/2+1 || m.profile("client1", noon.Add(2*time.Minute)) != "app" {
		t.Errorf("it holds %d clients", len(m.clients))
	}
	// A known client needs no room.
	m.keep("new", "console", noon.Add(3*time.Minute))
	if len(m.clients) != mostClients/2+1 {
		t.Errorf("it holds %d clients", len(m.clients))
	}
}

func TestR38_TheMemoryServesManyAtOnce(t *testing.T) {
	m := new(memory)
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 2000 {
				client := fmt.Sprint("client", (worker*7+i)%50)
				m.keep(client, "profile of "+client, noon)
				if got := m.profile(client, noon); got != "profile of "+client {
					t.Errorf("%s has %q", client, got)
				}
			}
		})
	}
	all.Wait()
}

// event returns a user's sign-in through a client.
func event(source, sub, client string) []byte {
	attributes := map[string]string{}
	if sub != "" {
		attributes["sub"] = sub
	}
	text, _ := json.Marshal(map[string]any{
		"version": "3", "triggerSource": source, "userPoolId": kerneltest.Pool,
		"callerContext": map[string]string{"clientId": client},
		"request":       map[string]any{"userAttributes": attributes}, "response": map[string]any{},
	})
	return text
}

// A token costs one request. The first one through a client reads the client's row,
// too; later ones do not. A known machine asks for nothing. A client without a
// profile is looked up each time.
func TestATokenCostsOneRequestAtMost(t *testing.T) {
	h := newTable(t)
	env, _ := kerneltest.Environment()
	chain := newChain(env, h.issuer(t))
	const user, machine = "TokenGeneration_RefreshTokens", "TokenGeneration_ClientCredentials"
	for i, c := range []struct {
		source, sub, client string
		keys                []string
		says                string
	}{
		{user, "f3d4-lone", "4example4client4id4web4app", []string{"USER#", "AUTHZ", "PROFILE", "CLIENT#"}, "editor"},
		{user, "f3d4-many", "4example4client4id4web4app", []string{"USER#", "AUTHZ", "PROFILE"}, "editor"},
		{user, "f3d4-lone", "4registered4itself4at4run4", []string{"USER#", "AUTHZ", "PROFILE", "CLIENT#"}, "claimsToSuppress"},
		{user, "f3d4-lone", "4registered4itself4at4run4", []string{"USER#", "AUTHZ", "PROFILE", "CLIENT#"}, "claimsToSuppress"},
		{machine, "", "4example4client4id4machine", []string{"CLIENT#"}, "machine"},
		{machine, "", "4example4client4id4machine", nil, "machine"},
		{user, "f3d4-lone", "", []string{"USER#", "AUTHZ", "PROFILE"}, "claimsToSuppress"},
	} {
		h.take()
		reply, err := chain.Invoke(t.Context(), event(c.source, c.sub, c.client))
		if err != nil || !strings.Contains(string(reply), c.says) {
			t.Errorf("step %d: %s, %v", i, reply, err)
		}
		asked := h.take()
		if want := min(1, len(c.keys)); len(asked) != want {
			t.Errorf("step %d: %d requests, want %d", i, len(asked), want)
			continue
		}
		for _, key := range []string{"USER#", `"AUTHZ"`, `"PROFILE"`, "CLIENT#"} {
			wanted := strings.Contains(strings.Join(c.keys, " "), strings.Trim(key, `"`))
			if len(asked) == 1 && strings.Contains(asked[0], key) != wanted {
				t.Errorf("step %d: %s is asked for or not against the plan: %s", i, key, asked[0])
			}
		}
	}
}

// The log line says that a client is unknown or a token was cut, and counts it.
func TestWhatIsWorthAnAlarmIsCounted(t *testing.T) {
	for name, c := range map[string]struct {
		event []byte
		want  []string
	}{
		"known":          {event("TokenGeneration_Authentication", silent[:len(silent)-4]+"b001", "4example4client4id4web4app"), []string{`"outcome":"enriched, healed"`}},
		"unknown client": {event("TokenGeneration_Authentication", silent[:len(silent)-4]+"b001", "4registered4itself4at4run4"), []string{`"outcome":"unknown client, healed"`, `"unknownClient":1`, `{"Name":"unknownClient"}]`}},
		"truncated":      {event("TokenGeneration_Authentication", silent[:len(silent)-4]+"b002", "4example4client4id4web4app"), []string{`"outcome":"enriched, truncated, healed"`, `"truncated":1`, `{"Name":"truncated"}]`}},
		"no answer":      {event("TokenGeneration_Authentication", silent, "4registered4itself4at4run4"), []string{`"outcome":"degraded"`}},
		"machine":        {event("TokenGeneration_ClientCredentials", "", "4registered4itself4at4run4"), []string{`"outcome":"unknown client"`, `"unknownClient":1`}},
		"nobody":         {event("TokenGeneration_Authentication", "", "4example4client4id4web4app"), []string{`"outcome":"degraded"`}},
	} {
		env, out := kerneltest.Environment()
		chain := newChain(env, issuerBy(t, profiles, partlySilent{grantedBy(t, profiles)}))
		if _, err := chain.Invoke(t.Context(), c.event); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		line := out.String()
		for _, want := range c.want {
			if !strings.Contains(line, want) {
				t.Errorf("%s: %s is not in %s", name, want, line)
			}
		}
		for _, metric := range []string{unknownClient, truncated} {
			if said := strings.Contains(strings.Join(c.want, ""), metric+`":1`); strings.Contains(line, `"`+metric+`"`) != said {
				t.Errorf("%s: whether %s is in the line, which it is to be %v: %s", name, metric, said, line)
			}
		}
	}
}

// During an outage a client seen a moment before keeps its profile, and with it what
// no row decides.
func TestAKnownClientKeepsItsProfileWhenTheStoreFails(t *testing.T) {
	store := grantedBy(t, profiles)
	env, _ := kerneltest.Environment()
	chain := newChain(env, issuerBy(t, profiles, partlySilent{store}))
	client := "4example4client4id4kiosk42"
	if _, err := chain.Invoke(t.Context(), event("TokenGeneration_Authentication", silent[:len(silent)-4]+"b001", client)); err != nil {
		t.Fatal(err)
	}
	reply, err := chain.Invoke(t.Context(), event("TokenGeneration_Authentication", silent, client))
	if err != nil || !strings.Contains(string(reply), `"kind":"kiosk"`) || !strings.Contains(string(reply), `"groupOverrideDetails":{}`) {
		t.Errorf("%s, %v", reply, err)
	}
}
