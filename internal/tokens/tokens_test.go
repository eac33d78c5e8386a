package tokens_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/tokens"
)

// view reads an event.
func view(t *testing.T, doc string) cognito.TokenGeneration {
	t.Helper()
	event, err := cognito.Parse([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	read, err := event.TokenGeneration()
	if err != nil {
		t.Fatal(err)
	}
	return read
}

const request = `"request":{"userAttributes":{"sub":"s","zoneinfo":"UTC"},"clientMetadata":{"tenant":"globex","roles":"admin"},` +
	`"groupConfiguration":{"groupsToOverride":["a"],"iamRolesToOverride":["r"],"preferredRole":null}}}`

func TestTheQuestionHasAllThatMayDecide(t *testing.T) {
	access := table.Access{
		Authz: table.Authz{Roles: []string{"editor"}, Tenant: "acme", Tenants: []string{"acme", "globex"}, Status: table.Active, Extra: map[string]any{"plan": "gold"}, Rev: 7},
		Known: true, ClientProfile: "not this one",
	}
	got := tokens.Request(view(t, `{"version":"2","triggerSource":"TokenGeneration_Authentication",`+request), "app", access, nil)
	want := claims.Request{
		Version: "2", Source: "TokenGeneration_Authentication", Profile: "app", Tenant: "globex",
		Authz: &claims.Authz{
			Roles: []string{"editor"}, Tenant: "acme", Tenants: []string{"acme", "globex"}, Status: "active",
			Extra: map[string]any{"plan": "gold"}, Version: 7,
		},
		Groups:     claims.EventGroups{Names: []string{"a"}, IAMRoles: []byte(`["r"]`), PreferredRole: []byte("null")},
		Attributes: map[string]string{"sub": "s", "zoneinfo": "UTC"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if failed := tokens.Request(view(t, `{"version":"2",`+request), "", table.Access{}, errors.New("no answer")); !failed.StoreFailed {
		t.Errorf("a store that failed is not said: %+v", failed)
	}
}

// Of a machine nothing is known, whatever an event says.
func TestAMachineIsNobody(t *testing.T) {
	access := table.Access{Authz: table.Authz{Roles: []string{"editor"}, Status: table.Suspended}, Deleted: true}
	got := tokens.Request(view(t, `{"version":"3","triggerSource":"TokenGeneration_ClientCredentials",`+request), "service", access, nil)
	want := claims.Request{Version: "3", Source: "TokenGeneration_ClientCredentials", Machine: true, Profile: "service"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestAStateThatRefusesIsToldApart(t *testing.T) {
	for name, c := range map[string]struct {
		access             table.Access
		suspended, deleted bool
	}{
		"active":    {table.Access{Authz: table.Authz{Status: table.Active}}, false, false},
		"no status": {table.Access{}, false, false},
		"suspended": {table.Access{Authz: table.Authz{Status: table.Suspended}}, true, false},
		"deleted":   {table.Access{Deleted: true}, false, true},
	} {
		if row := tokens.Authz(c.access); row.Suspended != c.suspended || row.Deleted != c.deleted {
			t.Errorf("%s: %+v", name, row)
		}
	}
}
