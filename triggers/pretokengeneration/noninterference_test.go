package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel/kerneltest"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

// watched is a store that reports what it was asked since the last call of take.
type watched interface {
	issuer(*testing.T) issuer
	take() []string
}

// port is such a store in memory. What it is asked is all that a request to DynamoDB
// is made of.
type port struct {
	*userstest.Memory
	asked []string
}

func newPort(t *testing.T) *port {
	t.Helper()
	p := &port{Memory: grantedBy(t, profiles)}
	for sub, row := range map[string]table.Authz{
		"f3d4-many": {Roles: []string{"editor"}, Tenant: "acme", Tenants: []string{"acme", "globex"}, Rev: 7},
		"f3d4-lone": {Roles: []string{"editor"}, Tenant: "acme", Rev: 7},
	} {
		key := users.Key{PoolID: kerneltest.Pool, Sub: sub}
		if err := p.Grant(t.Context(), key, row); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Memory.Upsert(t.Context(), users.Snapshot{Key: key, At: kerneltest.Clock(), Source: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func (p *port) Access(ctx context.Context, key users.Key, client string) (table.Access, error) {
	p.asked = append(p.asked, fmt.Sprintf("read %q of %q, client %q", key.Sub, key.PoolID, client))
	return p.Memory.Access(ctx, key, client)
}

func (p *port) Upsert(_ context.Context, seen users.Snapshot) (users.Write, error) {
	p.asked = append(p.asked, fmt.Sprintf("write %+v", seen))
	return users.Unchanged, nil
}

func (p *port) take() []string {
	asked := p.asked
	p.asked = nil
	return asked
}

func (p *port) issuer(t *testing.T) issuer { return issuerBy(t, profiles, p) }

// wire is DynamoDB with one user who may act for two tenants, one who may not, and
// the clients of the profiles. It records what it was asked.
type wire struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

const (
	many = `{"pk":{"S":"x"},"sk":{"S":"AUTHZ"},"authzRoles":{"L":[{"S":"editor"}]},"authzTenant":{"S":"acme"},"authzTenants":{"SS":["acme","globex"]},"authzRev":{"N":"7"}},{"sk":{"S":"PROFILE"}}`
	lone = `{"pk":{"S":"x"},"sk":{"S":"AUTHZ"},"authzRoles":{"L":[{"S":"editor"}]},"authzTenant":{"S":"acme"},"authzRev":{"N":"7"}},{"sk":{"S":"PROFILE"}}`
)

func newTable(t *testing.T) *wire {
	t.Helper()
	clients := kerneltest.Clients(t, profiles)
	held := new(wire)
	held.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		held.mu.Lock()
		held.asked = append(held.asked, r.Header.Get("X-Amz-Target")+" "+ordered(body))
		held.mu.Unlock()
		var rows []string
		for sub, row := range map[string]string{"-many": many, "-lone": lone} {
			if bytes.Contains(body, []byte(sub)) {
				rows = append(rows, row)
			}
		}
		for client, profile := range clients {
			if bytes.Contains(body, []byte("CLIENT#"+client)) {
				rows = append(rows, `{"sk":{"S":"CLIENT"},"clientProfile":{"S":"`+profile+`"}}`)
			}
		}
		_, _ = io.WriteString(w, `{"Responses":{"mirror":[`+strings.Join(rows, ",")+`]}}`)
	}))
	t.Cleanup(held.Close)
	return held
}

// ordered returns JSON with object members in order; the SDK writes maps in any
// order.
func ordered(body []byte) string {
	var value any
	_ = json.Unmarshal(body, &value)
	text, _ := json.Marshal(value)
	return string(text)
}

// take returns what was asked since its last call. An attempt that a busy machine made
// late is repeated, and is the same question.
func (h *wire) take() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	asked := slices.Compact(h.asked)
	h.asked = nil
	return asked
}

// issuer returns the function's own issuer, over the table.
func (h *wire) issuer(t *testing.T) issuer {
	t.Helper()
	env := map[string]string{
		"TABLE_NAME": "mirror", "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_DYNAMODB": h.URL,
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
	}
	store, err := dynamo.Open(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	return issuerBy(t, profiles, store)
}

// asked returns an event that a caller has caused.
func asked(t *rapid.T, sub string, metadata, attributes map[string]string) []byte {
	clients := []string{"4example4client4id4web4app", "4example4client4id4console", "4example4client4id4kiosk42", "4example4client4id4machine", "4registered4itself4at4run4"}
	all := map[string]string{"sub": sub, "zoneinfo": "Europe/Berlin"}
	maps.Copy(all, attributes)
	request := map[string]any{
		"userAttributes":     all,
		"groupConfiguration": map[string]any{"groupsToOverride": []string{"members"}, "iamRolesToOverride": []string{}, "preferredRole": nil},
	}
	if metadata != nil {
		request["clientMetadata"] = metadata
		request["validationData"] = metadata
	}
	event, err := json.Marshal(map[string]any{
		"version":       rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "version"),
		"triggerSource": rapid.SampledFrom(cognito.TokenGenerationSources()).Draw(t, "source"),
		"userPoolId":    kerneltest.Pool, "userName": sub,
		"callerContext": map[string]string{"clientId": rapid.SampledFrom(clients).Draw(t, "client")},
		"request":       request,
		"response":      map[string]any{},
	})
	if err != nil {
		t.Fatal(err)
	}
	return event
}

// replaced returns the event with other members in its request.
func replaced(t *rapid.T, event []byte, change func(request map[string]any)) []byte {
	var members map[string]any
	if err := json.Unmarshal(event, &members); err != nil {
		t.Fatal(err)
	}
	change(members["request"].(map[string]any))
	other, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return other
}

func words(t *rapid.T, label string, names ...string) map[string]string {
	return rapid.MapOfN(rapid.OneOf(rapid.SampledFrom(names), rapid.String()),
		rapid.OneOf(rapid.SampledFrom([]string{"admin", "globex", "acme", "true"}), rapid.String()), 0, 5).Draw(t, label)
}

// same invokes a new chain with each event and compares the results: the response,
// the error and what the store was asked.
func same(t *rapid.T, h watched, r issuer, one, two []byte) {
	env, _ := kerneltest.Environment()
	invoke := func(event []byte) (string, []string, error) {
		chain := newChain(env, r)
		h.take()
		reply, err := chain.Invoke(t.Context(), event)
		return string(response(t, reply)), h.take(), err
	}
	replyOne, askedOne, errOne := invoke(one)
	replyTwo, askedTwo, errTwo := invoke(two)
	if replyOne != replyTwo || errOne != errTwo {
		t.Fatalf("%s, %v\nbecame\n%s, %v", replyOne, errOne, replyTwo, errTwo)
	}
	if !slices.Equal(askedOne, askedTwo) || len(askedOne) != 1 {
		t.Fatalf("the store was asked %q, and %q", askedOne, askedTwo)
	}
}

// either runs a property over the port, and less often over DynamoDB's wire format.
func either(t *testing.T, property func(*rapid.T, watched, issuer)) {
	for name, c := range map[string]struct {
		store watched
		rarer int
	}{"port": {newPort(t), 1}, "wire": {newTable(t), 20}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := c.store.issuer(t)
			form.Check(t, 500/c.rarer, 2_000/c.rarer, 100_000/c.rarer, func(t *rapid.T) { property(t, c.store, r) })
		})
	}
}

// The user has one tenant, so there is nothing to select.
func TestR9_CallersDataChangesNoClaimAndNoRequest(t *testing.T) {
	either(t, func(t *rapid.T, h watched, r issuer) {
		event := asked(t, "f3d4-lone", words(t, "metadata", "tenant", "roles"), nil)
		other := replaced(t, event, func(request map[string]any) {
			for _, name := range []string{"clientMetadata", "validationData"} {
				request[name] = words(t, "other "+name, "roles", "tenant", "sub", "custom:role", "suspended")
			}
		})
		same(t, h, r, event, other)
	})
}

// With two tenants, asking for one selects it; any other word changes nothing. The
// store is asked the same in either case.
func TestR9_ATenantIsSelectedAmongThoseOfTheRowAlone(t *testing.T) {
	either(t, func(t *rapid.T, h watched, r issuer) {
		metadata := words(t, "metadata", "roles", "Tenant", "tenants")
		metadata["tenant"] = rapid.SampledFrom([]string{"acme", "initech", "GLOBEX", "globex ", "", "*"}).Draw(t, "tenant")
		event := asked(t, "f3d4-many", metadata, nil)
		same(t, h, r, event, replaced(t, event, func(request map[string]any) { delete(request, "clientMetadata") }))

		selecting := replaced(t, event, func(request map[string]any) { request["clientMetadata"] = map[string]string{"tenant": "globex"} })
		other := replaced(t, selecting, func(request map[string]any) {
			more := words(t, "more", "roles", "Tenant", "tenants", "sub")
			more["tenant"] = "globex"
			request["clientMetadata"] = more
		})
		same(t, h, r, selecting, other)
	})
}

// No attribute is in any claim if an app client may write it or no profile names it.
func TestR10_WritableAttributesChangeNoClaimAndNoRequest(t *testing.T) {
	either(t, func(t *rapid.T, h watched, r issuer) {
		names := []string{"email", "locale", "name", "custom:role", "custom:tenant", "roles", "tenant", "plan", "profile"}
		event := asked(t, "f3d4-many", nil, nil)
		other := replaced(t, event, func(request map[string]any) {
			written := words(t, "attributes", names...)
			delete(written, "sub")
			delete(written, "zoneinfo")
			attributes := request["userAttributes"].(map[string]any)
			for name, value := range written {
				attributes[name] = value
			}
		})
		same(t, h, r, event, other)
	})
}
