package claims

import (
	"encoding/json"
	"go/parser"
	gotoken "go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// compiled compiles a section without faults.
func compiled(t testing.TB, section policy.Tokens) *Policy {
	t.Helper()
	p, err := Compile(section)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// user returns a request for a user's tokens, through the client everything.
func user(version string, row *table.Authz) request {
	if row == nil {
		row = new(table.Authz)
	}
	return request{
		version: version, source: cognito.TokenAuthentication, profile: "app", row: *row,
		groups:     cognito.GroupConfiguration{Names: []string{"members"}, IAMRoles: []byte(`["arn:aws:iam::123456789012:role/r"]`), PreferredRole: []byte("null")},
		attributes: map[string]string{"zoneinfo": "Europe/Berlin", "name": "Ada"},
	}
}

// through returns a request for a user's tokens through a client of the profile.
func through(profile, version string, row *table.Authz) request {
	request := user(version, row)
	request.profile = profile
	return request
}

// machine returns a request for a token by client credentials.
func machine() request {
	return request{version: "3", source: cognito.TokenClientCredentials, profile: "service"}
}

// everything asks for all that tokens can say, except groups.
var everything = policy.Tokens{
	Unwritten: []string{"zoneinfo"},
	Profiles: map[string]policy.Profile{
		"app": {
			ID: policy.Token{ExtraClaims: true, Claims: []policy.Claim{
				{Name: "roles", From: "authz.tenantRoles"},
				{Name: "tenant", From: "authz.tenant"},
				{Name: "suite", Value: "cognito-triggers"},
			}},
			Access: policy.Token{ExtraClaims: true, Scopes: policy.Scopes{Add: []string{"orders/read", "orders/write"}}, Claims: []policy.Claim{
				{Name: "https://example.com/roles", From: "authz.roles"},
				{Name: "tier", Value: json.Number("9223372036854775807")},
				{Name: "beta", Value: true},
			}},
		},
		"console": {
			ID: policy.Token{
				Claims: []policy.Claim{
					{Name: "tenants", From: "authz.tenants"},
					{Name: "status", From: "authz.status"},
					{Name: "plan", From: "authz.extra.plan"},
					{Name: "teams", From: "event.groups"},
					{Name: "zone", From: "attribute:zoneinfo"},
				},
				Suppress: []string{"picture", "dev:custom:x"}, Drop: []string{"plan", "tenants"}, Budget: 512,
			},
			Access: policy.Token{
				Claims:   []policy.Claim{{Name: "authz_version", From: "authz.version"}, {Name: "tenant", From: "authz.tenant"}},
				Suppress: []string{"device"},
				Scopes:   policy.Scopes{Add: []string{"aws.cognito.custom"}, Suppress: []string{"phone", "aws.cognito.signin.user.admin"}, AllowCognito: true},
			},
			Groups: policy.RolesAsGroups, PrincipalTags: []string{"plan"},
		},
		"bare": {Groups: policy.NoGroups, ID: policy.Token{Suppress: []string{"email"}}},
		"service": {Machine: true, Access: policy.Token{
			Scopes: policy.Scopes{Add: []string{"jobs/run"}, Suppress: []string{"jobs/admin"}},
			Claims: []policy.Claim{{Name: "kind", Value: "machine"}},
		}},
	},
}

// full returns a row with a value in every column.
func full() *table.Authz {
	return &table.Authz{
		Roles: []string{"admin", "editor"}, Tenant: "acme", Tenants: []string{"acme", "globex"}, Status: table.Active, Rev: 7,
		Extra: map[string]any{
			"plan":   "gold & <blue>",
			"seats":  json.Number("12"),
			"limits": map[string]any{"rate": json.Number("1.5"), "bulk": false},
			"sub":    "somebody-else",
		},
	}
}

func TestTheRoomImportsNothingThatReachesOut(t *testing.T) {
	allowed := map[string]bool{
		"bytes": true, "cmp": true, "encoding/json": true, "fmt": true, "maps": true,
		"math": true, "slices": true, "strconv": true, "strings": true, "unicode/utf8": true,
		"github.com/cognito-triggers/cognito-triggers/internal/cognito": true, "github.com/cognito-triggers/cognito-triggers/internal/deny": true,
		"github.com/cognito-triggers/cognito-triggers/internal/policy": true, "github.com/cognito-triggers/cognito-triggers/internal/table": true,
	}
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d files: %v", len(files), err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(gotoken.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			if path := strings.Trim(spec.Path.Value, `"`); !allowed[path] {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}

// sortedNames returns the names of a map, sorted.
func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func BenchmarkForAndResponse(b *testing.B) {
	p, request := compiled(b, everything), user("3", full())
	b.ReportAllocs()
	for b.Loop() {
		_ = p.grant(request).Response("3")
	}
}

// A token costs a handful of allocations; reading it by reflection would cost dozens.
// The bound is the measured figure and a little more.
func TestATokenCostsFewAllocations(t *testing.T) {
	p, request := compiled(t, everything), user("3", full())
	cost := testing.AllocsPerRun(200, func() { _ = p.grant(request).Response("3") })
	t.Logf("%.0f allocations per token", cost)
	if cost > 24 { // a few more under the race detector
		t.Errorf("%.0f allocations per token, at most 24 expected", cost)
	}
}
