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

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
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

// wantCode is wantRefusal where the sentence is the pool's own. There must be one.
func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != code {
		t.Errorf("got %v, want %s", err, code)
	} else if text := api.ErrorMessage(); text == "" || text == code || strings.Contains(text, "%!") {
		t.Errorf("%s says %q", code, text)
	}
}

// walk is a list of the API, with the limits of the model. A list without limit has all its
// rows on one page.
type walk struct {
	limit, token, rows string
	least, most        int
	in                 map[string]any
}

// walks must have a row for every operation of this pool that is a list.
func walks(access any) map[string]walk {
	ada, hers := inPool("Username", "u0@example.com"), map[string]any{"AccessToken": access}
	return map[string]walk{
		"ListIdentityProviders":     {"MaxResults", "NextToken", "Providers", 0, 60, inPool()},
		"AdminListDevices":          {"Limit", "PaginationToken", "Devices", 0, 60, ada},
		"AdminListGroupsForUser":    {"Limit", "NextToken", "Groups", 0, 60, ada},
		"AdminListUserAuthEvents":   {"MaxResults", "NextToken", "AuthEvents", 0, 60, ada},
		"AdminListUserSessions":     {"", "NextToken", "Sessions", 0, 0, ada},
		"ListDevices":               {"Limit", "PaginationToken", "Devices", 0, 60, hers},
		"ListGroups":                {"Limit", "NextToken", "Groups", 0, 60, inPool()},
		"ListResourceServers":       {"MaxResults", "NextToken", "ResourceServers", 1, 50, inPool()},
		"ListUserImportJobs":        {"MaxResults", "PaginationToken", "UserImportJobs", 1, 60, with(inPool(), "MaxResults", 60)},
		"ListUserPoolClientSecrets": {"", "NextToken", "ClientSecrets", 0, 0, inPool("ClientId", webClient)},
		"ListUserPoolClients":       {"MaxResults", "NextToken", "UserPoolClients", 1, 60, inPool()},
		"ListUserPools":             {"MaxResults", "NextToken", "UserPools", 1, 60, map[string]any{"MaxResults": 60}},
		"ListUserSessions":          {"", "NextToken", "Sessions", 0, 0, hers},
		"ListUsers":                 {"Limit", "PaginationToken", "Users", 0, 60, inPool()},
		"ListUsersInGroup":          {"Limit", "NextToken", "Users", 0, 60, inPool("GroupName", "g0")},
		"ListWebAuthnCredentials":   {"MaxResults", "NextToken", "Credentials", 0, 20, hers},
	}
}

// listed starts a pool with at least three rows of every list, and two where there are never
// more. It returns an access token.
func listed(t *testing.T) (r *rig, access any) {
	t.Helper()
	r = startRig(t, func(c *Config, _ *Options) {
		c.AdvancedSecurityMode, c.Devices = "AUDIT", &DeviceSettings{}
		c.FirstFactors, c.Passkeys.RelyingPartyID = []string{"PASSWORD", "WEB_AUTHN"}, "localhost"
	})
	r.track(t, 20)
	r.imports(t, ImportedUser{Password: longPassword, Attributes: mail(0).Attributes}, mail(1), mail(2))
	for i := range 3 {
		r.must(t, "CreateIdentityProvider", tenant(fmt.Sprint("Tenant", i)))
		r.must(t, "CreateUserPool", map[string]any{"PoolName": fmt.Sprint("p", i)})
		r.must(t, "CreateGroup", inPool("GroupName", fmt.Sprint("g", i)))
		r.must(t, "CreateUserPoolClient", inPool("ClientName", fmt.Sprint("c", i)))
		r.must(t, "CreateUserImportJob", newImport(""))
		r.must(t, "CreateResourceServer", inPool("Identifier", fmt.Sprint("s", i), "Name", "s"))
		r.must(t, "AdminAddUserToGroup", inPool("GroupName", fmt.Sprint("g", i), "Username", "u0@example.com"))
		r.must(t, "AdminAddUserToGroup", inPool("GroupName", "g0", "Username", fmt.Sprintf("u%d@example.com", i)))
		result := r.signsIn(t, "u0@example.com")
		r.owns(t, result)
		access = result["AccessToken"]
	}
	_, err := r.store.changeClient(webClient, func(c *Client) error { c.Secret = strings.Repeat("s", 52); c.keepSecret(r.now()); return nil })
	if err != nil {
		t.Fatal(err)
	}
	r.must(t, "AddUserPoolClientSecret", inPool("ClientId", webClient))
	return r, access
}

// signsIn returns the tokens of a user with the long password.
func (r *rig) signsIn(t *testing.T, name string) map[string]any {
	t.Helper()
	return r.must(t, "InitiateAuth", map[string]any{
		"ClientId": webClient, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": map[string]any{"USERNAME": name, "PASSWORD": longPassword},
	})["AuthenticationResult"].(map[string]any)
}

// track turns session tracking on.
func (r *rig) track(t *testing.T, most int) {
	t.Helper()
	r.must(t, "SetUserPoolSessionConfiguration", inPool("UserSessionTracking", "ENABLED", "TokenSession", map[string]any{"MaxPerUser": most}))
}

// owns makes a passkey and a device of a signed-in user.
func (r *rig) owns(t *testing.T, result map[string]any) {
	t.Helper()
	access, offer := result["AccessToken"].(string), result["NewDeviceMetadata"].(map[string]any)
	r.registers(t, &access)
	p := phone{key: offer["DeviceKey"].(string)}
	if _, err := r.confirms(t, &types.AuthenticationResultType{AccessToken: &access}, p); err != nil {
		t.Fatal(err)
	}
}

func TestR58_EveryListPages(t *testing.T) {
	r, access := listed(t)
	walks := walks(access)
	foreign := r.must(t, "ListGroups", inPool("Limit", 1))["NextToken"]
	for operation := range r.ops {
		if !strings.Contains(operation, "List") || operation == "ListTagsForResource" { // which has no pages
			continue
		}
		t.Run(operation, func(t *testing.T) {
			w, known := walks[operation]
			if !known {
				t.Fatal("the list has no row in walks, so nothing shows that it pages")
			}
			whole := r.must(t, operation, w.in)[w.rows].([]any)
			if len(whole) < 2 || fmt.Sprint(whole[0]) == fmt.Sprint(whole[1]) {
				t.Fatalf("listed makes too few rows, or all the same: %v", whole)
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
	for _, limit := range []int{w.least, w.most} {
		r.must(t, operation, with(w.in, w.limit, limit))
	}
	for _, limit := range []int{w.most + 1, w.least - 1} {
		_, err := r.raw(t, operation, with(w.in, w.limit, limit))
		wantCode(t, err, "InvalidParameterException")
		if name := strings.ToLower(w.limit[:1]) + w.limit[1:]; err == nil || !strings.Contains(err.Error(), fmt.Sprintf("Value '%d' at '%s' failed", limit, name)) {
			t.Errorf("%s: %v does not name %s", operation, err, name)
		}
	}
}

// A row that is deleted between two pages hides no other.
func TestR58_APageBeginsAfterALostRow(t *testing.T) {
	r, _ := listed(t)
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
