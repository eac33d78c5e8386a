package userpool

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
)

// raw calls an operation as any client may: with members that no SDK knows, or without
// those that an SDK demands.
func (r *rig) raw(t *testing.T, operation string, in map[string]any) (map[string]any, error) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL()+"/", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", target+operation)
	request.Header.Set("Content-Type", awsJSON)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=any")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	out := map[string]any{}
	if err := json.NewDecoder(response.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, &smithy.GenericAPIError{Code: fmt.Sprint(out["__type"]), Message: fmt.Sprint(out["message"])}
	}
	return out, nil
}

// must is raw for a call that succeeds.
func (r *rig) must(t *testing.T, operation string, in map[string]any) map[string]any {
	t.Helper()
	out, err := r.raw(t, operation, in)
	if err != nil {
		t.Fatalf("%s %v: %v", operation, in, err)
	}
	return out
}

// inPool returns the members of a request to the pool.
func inPool(members ...any) map[string]any {
	in := map[string]any{"UserPoolId": poolUnderTest}
	for i := 0; i < len(members); i += 2 {
		in[members[i].(string)] = members[i+1]
	}
	return in
}

// wantCode is wantRefusal where the sentence is the pool's own.
func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

// walk is a list of the API and how its rows come to be. A list without limit has all its
// rows on one page.
type walk struct {
	limit, token, rows string
	most               int
	in                 map[string]any
}

// walks must have a row for every operation of this pool that is a list.
func walks(access string) map[string]walk {
	ada, own := inPool("Username", "u0@example.com"), map[string]any{"AccessToken": access}
	return map[string]walk{
		"ListUsers":              {"Limit", "PaginationToken", "Users", 60, inPool()},
		"ListUsersInGroup":       {"Limit", "NextToken", "Users", 60, inPool("GroupName", "g0")},
		"ListGroups":             {"Limit", "NextToken", "Groups", 60, inPool()},
		"AdminListGroupsForUser": {"Limit", "NextToken", "Groups", 60, ada},

		"AdminListDevices":        {"Limit", "PaginationToken", "Devices", 60, ada},
		"ListDevices":             {"Limit", "PaginationToken", "Devices", 60, own},
		"ListWebAuthnCredentials": {"MaxResults", "NextToken", "Credentials", 20, own},
	}
}

// listed makes at least three rows of every list, and two where there are never more.
func (r *rig) listed(t *testing.T) {
	t.Helper()
	r.imports(t, mail(0), mail(1), mail(2))
	for i := range 3 {
		r.must(t, "CreateGroup", inPool("GroupName", fmt.Sprint("g", i)))
		r.must(t, "AdminAddUserToGroup", inPool("GroupName", fmt.Sprint("g", i), "Username", "u0@example.com"))
		r.must(t, "AdminAddUserToGroup", inPool("GroupName", "g0", "Username", fmt.Sprintf("u%d@example.com", i)))
	}
}

// owned signs u0 in and makes three passkeys and devices of theirs.
func (r *rig) owned(t *testing.T) (access *string) {
	t.Helper()
	r.must(t, "AdminSetUserPassword", inPool("Username", "u0@example.com", "Password", longPassword, "Permanent", true))
	for range 3 {
		result := r.login(t, "u0@example.com", longPassword)
		access = result.AccessToken
		r.registers(t, access)
		if _, err := r.confirms(t, result, phone{key: *result.NewDeviceMetadata.DeviceKey}); err != nil {
			t.Fatal(err)
		}
	}
	return access
}

func TestR58_EveryListPages(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) {
		c.FirstFactors, c.Domain, c.Devices = []string{"PASSWORD", "WEB_AUTHN"}, "local", &DeviceSettings{}
	})
	r.listed(t)
	walks := walks(*r.owned(t))
	foreign := r.must(t, "ListGroups", inPool("Limit", 1))["NextToken"]
	for operation := range r.operations() {
		if !strings.Contains(operation, "List") {
			continue
		}
		t.Run(operation, func(t *testing.T) {
			w, known := walks[operation]
			if !known {
				t.Fatal("the list has no row in walks, so nothing shows that it pages")
			}
			whole := r.must(t, operation, w.in)[w.rows].([]any)
			if len(whole) < 2 {
				t.Fatalf("only %d rows: listed makes too few", len(whole))
			}
			if w.limit != "" {
				r.walk(t, operation, w, whole)
			}
			for name, token := range map[string]any{"of another list": foreign, "no token": "!", "short": "AAAA"} {
				if operation == "ListGroups" && name == "of another list" {
					continue
				}
				_, err := r.raw(t, operation, with(w.in, w.token, token))
				t.Log(name)
				wantRefusal(t, err, "InvalidParameterException", "Invalid pagination token")
			}
		})
	}
}

func with(in map[string]any, member string, value any) map[string]any {
	out := maps.Clone(in)
	out[member] = value
	return out
}

// walk reads a list row by row and compares it with the whole.
func (r *rig) walk(t *testing.T, operation string, w walk, whole []any) {
	t.Helper()
	var rows []any
	in := with(w.in, w.limit, 1)
	for {
		out := r.must(t, operation, in)
		page := out[w.rows].([]any)
		if len(page) != 1 {
			t.Fatalf("a page of one has %d rows", len(page))
		}
		rows = append(rows, page...)
		token, more := out[w.token].(string)
		if !more {
			break
		}
		_, err := r.raw(t, operation, with(in, w.token, "A"+token))
		wantRefusal(t, err, "InvalidParameterException", "Invalid pagination token")
		in = with(in, w.token, token)
	}
	if fmt.Sprint(rows) != fmt.Sprint(whole) {
		t.Errorf("row by row %v\nat once %v", rows, whole)
	}
	for _, limit := range []int{w.most + 1, -1} {
		_, err := r.raw(t, operation, with(w.in, w.limit, limit))
		wantCode(t, err, "InvalidParameterException")
	}
}

// A row that is deleted between two pages hides no other.
func TestR58_APageBeginsAfterALostRow(t *testing.T) {
	r := startRig(t, nil)
	r.listed(t)
	first := r.must(t, "ListGroups", inPool("Limit", 3))
	names := func(out map[string]any) (all []string) {
		for _, g := range out["Groups"].([]any) {
			all = append(all, g.(map[string]any)["GroupName"].(string))
		}
		return all
	}
	r.must(t, "DeleteGroup", inPool("GroupName", names(first)[2]))
	second := names(r.must(t, "ListGroups", inPool("NextToken", first["NextToken"])))
	if !slices.Equal(second, []string{"g1", "g2"}) {
		t.Errorf("the second page is %v", second)
	}
}
