package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo/record"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func TestR45_RolesAreSetAndShownPerTenant(t *testing.T) {
	newSuite(t).user(t, "8d1c", "ada@example.com", true)
	refused(t, failed, []string{`"acme" is none of the user's tenants`, "ops authz set-tenants"}, at("set-roles 8d1c --tenant acme owner")...)
	must(t, at("set-tenants 8d1c acme globex")...)
	must(t, at("set-roles 8d1c staff")...)
	must(t, at("set-roles 8d1c --tenant globex viewer")...)
	if got, want := must(t, at("set-roles 8d1c owner buyer --tenant acme")...), `AUTHZ of 8d1c in eu-west-1_AbCdEf123
  status   active
  roles    staff
           in acme: owner, buyer
           in globex: viewer
  tenants  acme (default), globex
  rev      4, by grace at 2026-03-01 12:00:00 UTC
`; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := must(t, at("set-tenants 8d1c globex")...); !strings.HasSuffix(got, "With the tenant acme its roles are removed: owner, buyer.\n") || strings.Contains(got, "in acme") {
		t.Errorf("got\n%s", got)
	}
	var granted directory.Authz
	if err := json.Unmarshal([]byte(must(t, at("show 8d1c --json")...)), &granted); err != nil || !reflect.DeepEqual(granted.TenantRoles, map[string][]string{"globex": {"viewer"}}) {
		t.Errorf("got %+v (error %v)", granted, err)
	}
	if got := must(t, at("set-roles 8d1c --tenant globex --none")...); strings.Contains(got, "in globex") || !strings.Contains(got, "roles    staff") {
		t.Errorf("got\n%s", got)
	}
	refused(t, misuse, []string{"--tenant is for set-roles"}, at("set-tenants 8d1c acme --tenant acme")...)
	refused(t, misuse, []string{"are for migrate-roles"}, at("suspend 8d1c --all")...)
	refused(t, misuse, []string{"--tenant is empty"}, at("set-roles 8d1c --tenant= owner")...)
}

func TestR45_RolesThatCountForNothingAreShownAsSuch(t *testing.T) {
	s := newSuite(t)
	key := s.user(t, "8d1c", "ada@example.com", true)
	s.grant(t, key, table.Authz{Tenant: "acme", TenantRoles: map[string][]string{"acme": {"owner"}, "globex": {"admin"}}})
	if got := must(t, at("show 8d1c")...); !strings.Contains(got, "in acme: owner\n") || !strings.Contains(got, "in globex: admin (counts for nothing: ") {
		t.Errorf("got\n%s", got)
	}
}

// grant writes an AUTHZ row as it stands.
func (s suite) grant(t *testing.T, key users.Key, row table.Authz) {
	t.Helper()
	item, err := record.Authz(key, row)
	if err != nil {
		t.Error(err)
	}
	if _, err := s.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: new(directorytest.Table), Item: item}); err != nil {
		t.Error(err)
	}
}

// peopled fills the table with rows of each kind.
func peopled(t *testing.T) suite {
	t.Helper()
	s := newSuite(t)
	for sub, row := range map[string]table.Authz{
		"both":       {Roles: []string{"editor", "owner"}, Tenant: "acme", Tenants: []string{"acme", "globex"}, TenantRoles: map[string][]string{"globex": {"viewer", "owner"}}, Rev: 3},
		"globex":     {Roles: []string{"editor"}, Tenants: []string{"globex"}},
		"unlisted":   {Roles: []string{"editor"}, Tenant: "acme"},
		"suspended":  {Roles: []string{"editor"}, Tenant: "acme", Status: table.Suspended},
		"tenantless": {Roles: []string{"editor"}},
		"idle":       {Tenant: "acme", Tenants: []string{"acme"}, TenantRoles: map[string][]string{"acme": {"owner"}}},
		"gone":       {Roles: []string{"editor"}, Tenant: "acme"},
	} {
		key := s.user(t, sub, sub+"@example.com", true)
		s.grant(t, key, row)
	}
	other := users.Key{PoolID: "eu-west-1_Other", Sub: "stranger"}
	s.grant(t, other, table.Authz{Roles: []string{"editor"}, Tenant: "acme"})
	if err := s.store.Erase(t.Context(), users.Key{PoolID: pool, Sub: "gone"}, noon); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s suite) row(t *testing.T, poolID, sub string) table.Authz {
	t.Helper()
	access, err := s.store.Access(t.Context(), users.Key{PoolID: poolID, Sub: sub}, "")
	if err != nil {
		t.Fatal(err)
	}
	return access.Authz
}

// sorted returns the lines of a text in order: a scan has none.
func sorted(text string) []string { return slices.Sorted(strings.Lines(text)) }

func TestR45_MigrateRolesMovesThemIntoEveryTenant(t *testing.T) {
	s := peopled(t)
	want := []string{
		"both: editor, owner into acme, globex\n", "globex: editor into globex\n", "suspended: editor into acme\n", "unlisted: editor into acme\n",
	}
	look := must(t, at("migrate-roles --all")...)
	if got := sorted(look); !slices.Equal(got, append([]string{"Nothing is written: pass --apply.\n", "Would move the roles of 4 users. Left: 1 without tenants, 0 without the named tenant, 0 without roles.\n"}, want...)) {
		t.Errorf("the dry run says\n%s", look)
	}
	if row := s.row(t, pool, "both"); row.Rev != 3 || len(row.Roles) != 2 {
		t.Errorf("the dry run has made %+v", row)
	}
	done := must(t, at("migrate-roles --all --apply")...)
	if got := sorted(done); !slices.Equal(got, append([]string{"Moved the roles of 4 users. Left: 1 without tenants, 0 without the named tenant, 0 without roles.\n"}, want...)) {
		t.Errorf("it says\n%s", done)
	}
	for sub, want := range map[string]table.Authz{
		"both":       {Tenant: "acme", Tenants: []string{"acme", "globex"}, TenantRoles: map[string][]string{"acme": {"editor", "owner"}, "globex": {"viewer", "owner", "editor"}}, Status: table.Active, Rev: 4},
		"globex":     {Tenants: []string{"globex"}, TenantRoles: map[string][]string{"globex": {"editor"}}, Status: table.Active, Rev: 1},
		"unlisted":   {Tenant: "acme", TenantRoles: map[string][]string{"acme": {"editor"}}, Status: table.Active, Rev: 1},
		"suspended":  {Tenant: "acme", TenantRoles: map[string][]string{"acme": {"editor"}}, Status: table.Suspended, Rev: 1},
		"tenantless": {Roles: []string{"editor"}},
		"idle":       {Tenant: "acme", Tenants: []string{"acme"}, TenantRoles: map[string][]string{"acme": {"owner"}}},
		"gone":       {Status: table.Deleted},
	} {
		if got := s.row(t, pool, sub); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %+v, want %+v", sub, got, want)
		}
	}
	if got := s.row(t, "eu-west-1_Other", "stranger"); len(got.Roles) != 1 {
		t.Errorf("the user of another pool is %+v", got)
	}
	if again := must(t, at("migrate-roles --all --apply --json")...); !strings.Contains(again, `"moved": 0`) || !strings.Contains(again, `"tenantless": 1`) {
		t.Errorf("repeated, it says\n%s", again)
	}
}

func TestR45_MigrateRolesMovesThemIntoOneTenantOrOfOneUser(t *testing.T) {
	s := peopled(t)
	if got := must(t, at("migrate-roles --all --tenant globex --apply")...); !strings.Contains(got, "Moved the roles of 2 users. Left: 1 without tenants, 2 without the named tenant, 0 without roles.") {
		t.Errorf("it says\n%s", got)
	}
	if got := s.row(t, pool, "both"); got.Roles != nil || !reflect.DeepEqual(got.TenantRoles, map[string][]string{"globex": {"viewer", "owner", "editor"}}) {
		t.Errorf("the row is %+v", got)
	}
	if got := must(t, at("migrate-roles unlisted@example.com --apply")...); !strings.HasPrefix(got, "unlisted: editor into acme\nMoved the roles of 1 users") {
		t.Errorf("it says\n%s", got)
	}
	if got := must(t, at("migrate-roles gone --apply")...); !strings.Contains(got, "1 without roles") {
		t.Errorf("it says\n%s", got)
	}
	for _, call := range []string{"migrate-roles", "migrate-roles unlisted --all", "migrate-roles a b"} {
		refused(t, misuse, []string{"name one USER, or pass --all"}, at(call)...)
	}
	refused(t, misuse, []string{"--tenant is empty"}, at("migrate-roles --all --tenant=")...)
	refused(t, misuse, []string{"--as WHO"}, at("migrate-roles --all --apply --as=")...)
	if got := ops(t, at("migrate-roles nobody@example.com")...); got.status != unknown || got.out != "" {
		t.Errorf("a user who is not there: %+v", got)
	}
	if got := must(t, at("migrate-roles --all --as=")...); !strings.Contains(got, "Nothing is written") {
		t.Errorf("a look without a name says\n%s", got)
	}
}

// What is changed while the pass runs is left and named, a row that would grant too much
// is, too, and a repeated call does the rest.
func TestR45_MigrateRolesLeavesWhatAnotherWriterHasChanged(t *testing.T) {
	s := peopled(t)
	long := strings.Repeat("r", 200)
	s.grant(t, users.Key{PoolID: pool, Sub: "idle"}, table.Authz{Roles: []string{long}, Tenants: strings.Split("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ", "")})
	to, err := url.Parse(os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"))
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	var racing atomic.Bool
	between := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".UpdateItem") && racing.CompareAndSwap(true, false) {
			for _, sub := range []string{"both", "globex", "unlisted", "suspended"} {
				key := users.Key{PoolID: pool, Sub: sub}
				row := s.row(t, pool, sub)
				row.Rev += 10
				s.grant(t, key, row)
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(between.Close)
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", between.URL)
	racing.Store(true)
	got := ops(t, at("migrate-roles --all --apply")...)
	if got.status != failed || strings.Count(got.err, "another writer has changed the row") != 1 || !strings.Contains(got.err, "idle: not moved: ") ||
		!strings.Contains(got.err, "1 rows have changed meanwhile and 1 cannot be moved: repeat the call") || !strings.Contains(got.out, "Moved the roles of 3 users") {
		t.Errorf("status %d\n%s%s", got.status, got.out, got.err)
	}
	got = ops(t, at("migrate-roles --all --apply --json")...)
	if got.status != failed || !strings.Contains(got.out, `"moved": 1`) || !strings.Contains(got.out, `"unfit": 1`) || !strings.Contains(got.out, `"conflicts": 0`) {
		t.Errorf("repeated: status %d\n%s%s", got.status, got.out, got.err)
	}
	between.Close()
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	if got = ops(t, at("migrate-roles --all")...); got.status != failed || !strings.Contains(got.err, "dynamodb:Scan") {
		t.Errorf("of a table that does not answer: status %d\n%s%s", got.status, got.out, got.err)
	}
}
