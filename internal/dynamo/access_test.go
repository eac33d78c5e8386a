package dynamo

import (
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// answered returns a store whose reads have one body as reply.
func answered(t testing.TB, body string) *Store {
	t.Helper()
	s, _ := at(t, newStub(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }).URL)
	return s
}

func rows(items ...string) string {
	return `{"Responses":{"mirror":[` + strings.Join(items, ",") + `]},"UnprocessedKeys":{}}`
}

const (
	known     = `{"sk":{"S":"PROFILE"}}`
	buried    = `{"sk":{"S":"PROFILE"},"deletedAt":{"S":"2026-03-01T12:00:00.000Z"}}`
	client    = `{"sk":{"S":"CLIENT"},"clientProfile":{"S":"app"}}`
	oddClient = `{"sk":{"S":"CLIENT"},"clientProfile":{"L":[]}}`
	badExra   = `"authzExtra":{"M":{"x":{"B":"AAAA"}}}`
)

func authz(attributes ...string) string {
	return `{"sk":{"S":"AUTHZ"},` + strings.Join(attributes, ",") + `}`
}

func TestAccessIsReadFromBothRows(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want table.Access
	}{
		"no rows":        {rows(), table.Access{}},
		"the client":     {rows(client, known), table.Access{Known: true, ClientProfile: "app"}},
		"a bare client":  {rows(`{"sk":{"S":"CLIENT"}}`), table.Access{}},
		"a null profile": {rows(`{"sk":{"S":"CLIENT"},"clientProfile":{"NULL":true}}`), table.Access{}},
		"deny, client":   {rows(buried, oddClient), table.Access{Known: true, Deleted: true}},
		"a foreign row":  {rows(`{"sk":{"S":"SIGNIN#1"},"clientProfile":{"S":"app"}}`), table.Access{}},
		"PROFILE only":   {rows(known), table.Access{Known: true}},
		"roles as list":  {rows(known, authz(`"authzRoles":{"L":[{"S":"b"},{"S":"a"}]}`)), table.Access{Known: true, Authz: table.Authz{Roles: []string{"b", "a"}}}},
		"roles as set":   {rows(authz(`"authzRoles":{"SS":["b","a"]}`)), table.Access{Authz: table.Authz{Roles: []string{"a", "b"}}}},
		"nulls":          {rows(authz(`"authzRoles":{"NULL":true}`, `"authzTenant":{"NULL":true}`, `"authzExtra":{"NULL":true}`)), table.Access{}},
		"no tenant's":    {rows(authz(`"authzTenantRoles":{"NULL":true}`)), table.Access{}},
		"a tenant's":     {rows(authz(`"authzTenantRoles":{"M":{"t1":{"SS":["b","a"]},"t2":{"L":[{"S":"b"},{"S":"a"}]},"t3":{"NULL":true},"t4":{"L":[]},"t5":{"SS":["c"]}}}`)), table.Access{Authz: table.Authz{TenantRoles: map[string][]string{"t1": {"a", "b"}, "t2": {"b", "a"}, "t5": {"c"}}}}},
		"empty tenants":  {rows(authz(`"authzTenantRoles":{"M":{"t1":{"L":[]}}}`)), table.Access{}},
		"suspended":      {rows(authz(`"authzStatus":{"S":"suspended"}`)), table.Access{Authz: table.Authz{Status: table.Suspended}}},
		"buried":         {rows(buried), table.Access{Known: true, Deleted: true}},
		"authz buried":   {rows(authz(`"authzStatus":{"S":"deleted"}`)), table.Access{Deleted: true, Authz: table.Authz{Status: table.Deleted}}},
		"foreign names":  {rows(authz(`"status":{"S":"admin"}`, `"roles":{"SS":["admin"]}`)), table.Access{}},
		"deny in ruins":  {rows(authz(`"authzStatus":{"S":"suspended"}`, badExra)), table.Access{Authz: table.Authz{Status: table.Suspended}}},
		"grave in ruins": {rows(buried, authz(`"authzRoles":{"SS":["admin"]}`, badExra)), table.Access{Known: true, Deleted: true}},
	} {
		if got, err := answered(t, c.body).Access(t.Context(), ada, "web"); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: access is %+v with error %v, want %+v", name, got, err, c.want)
		}
	}
}

// TestR44_ADenialInAPartialAnswerCounts has the app client's row throttled, which is in
// another partition, or one of the user's rows.
func TestR44_ADenialInAPartialAnswerCounts(t *testing.T) {
	for name, c := range map[string]struct {
		row    string
		denied bool
	}{
		"suspended": {authz(`"authzStatus":{"S":"suspended"}`), true}, "buried": {buried, true}, "authz buried": {authz(`"authzStatus":{"S":"deleted"}`), true},
		"unreadable": {authz(`"authzStatus":{"BOOL":true}`), true}, "active": {authz(`"authzStatus":{"S":"active"}`, `"authzRoles":{"SS":["admin"]}`), false},
	} {
		partial := strings.Replace(rows(c.row), `"UnprocessedKeys":{}`, `"UnprocessedKeys":{"mirror":{"Keys":[{"pk":{"S":"CLIENT#web"},"sk":{"S":"CLIENT"}}]}}`, 1)
		got, err := answered(t, partial).Access(t.Context(), ada, "web")
		if got.Denied() != c.denied || len(got.Authz.Roles) > 0 || (err == nil) != (c.denied && name != "unreadable") {
			t.Errorf("%s: %+v, error %v", name, got, err)
		}
	}
}

// TestR17_WhatCannotBeReadGrantsNothing treats each unreadable row like a dead store.
func TestR17_WhatCannotBeReadGrantsNothing(t *testing.T) {
	roles := `"authzRoles":{"SS":["admin"]}`
	for name, body := range map[string]string{
		"unprocessed":    `{"Responses":{"mirror":[` + authz(roles) + `]},"UnprocessedKeys":{"mirror":{"Keys":[{"pk":{"S":"x"},"sk":{"S":"PROFILE"}}]}}}`,
		"role number":    rows(authz(`"authzRoles":{"L":[{"S":"admin"},{"N":"1"}]}`)),
		"roles text":     rows(authz(`"authzRoles":{"S":"admin"}`)),
		"tenant list":    rows(authz(roles, `"authzTenant":{"L":[]}`)),
		"extra text":     rows(authz(roles, `"authzExtra":{"S":"{}"}`)),
		"extra binary":   rows(authz(roles, badExra)),
		"extra set":      rows(authz(roles, `"authzExtra":{"M":{"x":{"L":[{"NS":["1"]}]}}}`)),
		"extra number":   rows(authz(roles, `"authzExtra":{"M":{"x":{"N":"Infinity"}}}`)),
		"rev text":       rows(authz(roles, `"authzRev":{"S":"1"}`)),
		"rev fraction":   rows(authz(roles, `"authzRev":{"N":"1.5"}`)),
		"odd client":     rows(authz(roles), oddClient),
		"tenants text":   rows(authz(roles, `"authzTenants":{"S":"acme"}`)),
		"tenant's list":  rows(authz(roles, `"authzTenantRoles":{"L":[{"S":"admin"}]}`)),
		"tenant's text":  rows(authz(roles, `"authzTenantRoles":{"M":{"t1":{"S":"admin"}}}`)),
		"tenant's depth": rows(authz(roles, `"authzTenantRoles":{"M":{"t1":{"SS":["admin"]},"t2":{"M":{}}}}`)),
		"tenant's odd":   rows(authz(roles, `"authzTenantRoles":{"M":{"t1":{"L":[{"S":"admin"},{"N":"1"}]}}}`)),
		"odd, then good": rows(oddClient, authz(roles)),
		"no sort key":    rows(`{` + roles + `}`),
		"not a reply":    `[]`,
	} {
		got, err := answered(t, body).Access(t.Context(), ada, "web")
		if err == nil || !reflect.DeepEqual(got, table.Access{}) {
			t.Errorf("%s: access is %+v with error %v", name, got, err)
		}
	}
}

// A status that is there and cannot be read may say suspended: it refuses, whatever else
// the row says. NULL and "" say nothing.
func TestR44_AStatusThatCannotBeReadRefuses(t *testing.T) {
	roles, refused := `"authzRoles":{"SS":["admin"]}`, table.Access{Known: true, Authz: table.Authz{Status: table.Unreadable}}
	for value, refuses := range map[string]bool{
		`{"S":"SUSPENDED"}`: true, `{"S":"Suspended"}`: true, `{"S":" suspended"}`: true, `{"S":"banned"}`: true, `{"S":"unreadable"}`: true,
		`{"BOOL":true}`: true, `{"BOOL":false}`: true, `{"SS":["suspended"]}`: true, `{"N":"1"}`: true, `{"B":"AAAA"}`: true,
		`{"L":[]}`: true, `{"L":[{"S":"suspended"}]}`: true, `{"M":{"S":{"S":"suspended"}}}`: true,
		`{"NULL":true}`: false, `{"S":""}`: false, `{"S":"active"}`: false,
	} {
		for name, others := range map[string][]string{"alone": {}, "with roles": {roles}, "with others that cannot be read": {roles, badExra, `"authzRev":{"S":"1"}`}} {
			body := rows(oddClient, authz(append(others, `"authzStatus":`+value)...), known)
			got, err := answered(t, body).Access(t.Context(), ada, "web")
			if !refuses {
				if err == nil || err.Error() == "decoding authzStatus: unreadable" || got.Denied() {
					t.Errorf("%s %s: access is %+v with error %v", value, name, got, err)
				}
				continue
			}
			if failure, ok := errors.AsType[*Error](err); !ok || failure.Operation() != "decoding authzStatus" || !failure.Lasting() || !reflect.DeepEqual(got, refused) || !got.Denied() {
				t.Errorf("%s %s: access is %+v with error %v", value, name, got, err)
			}
		}
	}
}

// An attribute that cannot be read is named, and no value is.
func TestR44_WhatCannotBeReadIsNamed(t *testing.T) {
	for attribute, body := range map[string]string{
		"authzRoles": rows(authz(`"authzRoles":{"S":"secret"}`)), "authzExtra": rows(authz(badExra)), "authzRev": rows(authz(`"authzRev":{"S":"secret"}`)),
		"authzTenant": rows(authz(`"authzTenant":{"L":[]}`)), "clientProfile": rows(oddClient),
	} {
		if _, err := answered(t, body).Access(t.Context(), ada, "web"); err == nil || err.Error() != "decoding "+attribute+": unreadable" {
			t.Errorf("%s: %v", attribute, err)
		}
	}
}

func TestATokenCostsOneRequest(t *testing.T) {
	server := newStub(t, reply(200, ""))
	s, _ := at(t, server.URL)
	if _, err := s.Access(t.Context(), ada, "web"); err != nil || server.requests.Load() != 1 {
		t.Errorf("%d requests, error %v", server.requests.Load(), err)
	}
	if target := server.headers[0].Get("X-Amz-Target"); target != "DynamoDB_20120810.BatchGetItem" {
		t.Errorf("the request is %s", target)
	}
}

// Access reads only what is asked for: a user, an app client, both, or nothing.
func TestOnlyWhatIsAskedForIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		key    users.Key
		client string
		want   []string
	}{
		"both":             {ada, "web", []string{"AUTHZ", "CLIENT", "PROFILE"}},
		"a person":         {ada, "", []string{"AUTHZ", "PROFILE"}},
		"a client":         {users.Key{}, "web", []string{"CLIENT"}},
		"nobody's key":     {users.Key{PoolID: "p"}, "web", []string{"CLIENT"}},
		"nothing":          {users.Key{}, "", nil},
		"a long client":    {ada, strings.Repeat("c", users.MaxClient+1), []string{"AUTHZ", "PROFILE"}},
		"the longest":      {users.Key{}, strings.Repeat("c", users.MaxClient), []string{"CLIENT"}},
		"nothing too long": {users.Key{}, strings.Repeat("c", users.MaxClient+1), nil},
	} {
		server := newStub(t, reply(200, ""))
		s, _ := at(t, server.URL)
		if got, err := s.Access(t.Context(), c.key, c.client); err != nil || !reflect.DeepEqual(got, table.Access{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if want := int64(min(1, len(c.want))); server.requests.Load() != want {
			t.Errorf("%s: %d requests, want %d", name, server.requests.Load(), want)
		}
		var read []string
		if in := accessInput("mirror", c.key, c.client); in != nil {
			for _, key := range in.RequestItems["mirror"].Keys {
				read = append(read, key["sk"].(*types.AttributeValueMemberS).Value)
			}
		}
		slices.Sort(read)
		if !slices.Equal(read, c.want) {
			t.Errorf("%s: %v are read, want %v", name, read, c.want)
		}
	}
}

// The projection has exactly the names of the list.
func TestTheProjectionIsTheList(t *testing.T) {
	in := accessInput("mirror", ada, "web").RequestItems["mirror"]
	var named []string
	for placeholder, name := range in.ExpressionAttributeNames {
		if placeholder != "#"+name || !strings.Contains(*in.ProjectionExpression, placeholder) {
			t.Errorf("%s stands for %s in %s", placeholder, name, *in.ProjectionExpression)
		}
		named = append(named, name)
	}
	want := []string{"authzExtra", "authzRev", "authzRoles", "authzStatus", "authzTenant", "authzTenantRoles", "authzTenants", "clientProfile", "deletedAt", "pk", "sk"}
	if slices.Sort(named); !slices.Equal(named, want) || !*in.ConsistentRead {
		t.Errorf("read are %v", named)
	}
}

// FuzzAccessReply reads any reply: it never panics, and an error never grants.
func FuzzAccessReply(f *testing.F) {
	f.Add(rows(known, authz(`"authzRoles":{"SS":["a"]}`, `"authzExtra":{"M":{"n":{"N":"1e9"},"l":{"L":[{"NULL":true}]}}}`)))
	f.Add(rows(buried, authz(badExra)))
	f.Add(rows(client, authz(`"authzTenants":{"L":[{"S":"acme"}]}`, `"authzTenant":{"S":"acme"}`, `"authzStatus":{"S":"active"}`)))
	f.Add(rows(oddClient, `{"sk":{"S":"AUTHZ"},"authzStatus":{"S":"suspended"},"authzRev":{"N":"-1"}}`))
	f.Add(rows(known, authz(`"authzTenantRoles":{"M":{"acme":{"SS":["a"]},"x":{"NULL":true}}}`)))
	f.Add(`{"Responses":null}`)
	reply := canned{}
	s, _ := at(f, "http://127.0.0.1:1")
	s.client = dynamodb.New(s.client.Options(), func(o *dynamodb.Options) { o.HTTPClient, o.Retryer = &reply, aws.NopRetryer{} })
	f.Fuzz(func(t *testing.T, text string) {
		reply.body = text
		got, err := s.Access(t.Context(), ada, "web")
		got.Known, got.ClientProfile = false, ""
		if refused := (table.Access{Authz: table.Authz{Status: table.Unreadable}}); err != nil && !reflect.DeepEqual(got, table.Access{}) && !reflect.DeepEqual(got, refused) {
			t.Errorf("an error came with %+v", got)
		}
	})
}

// canned answers without a network, and its replies are checked like the network's.
type canned struct{ body string }

func (c *canned) Do(*http.Request) (*http.Response, error) {
	reply := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(c.body))}
	return reply, readAll(reply)
}
