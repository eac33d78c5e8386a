package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// made makes a user as an administrator does, for whom no trigger writes a row, and
// returns the sub.
func (o operated) made(name string) (sub string) {
	o.Helper()
	address := name + "@example.com"
	attribute := func(name, value string) types.AttributeType {
		return types.AttributeType{Name: &name, Value: &value}
	}
	out, err := o.app.AdminCreateUser(o.Context(), &cognito.AdminCreateUserInput{
		UserPoolId: &o.cloud.Stack.Pool.ID, Username: &address, MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{attribute("email", address), attribute("email_verified", "true"), attribute("name", name)},
	})
	if err != nil {
		o.Fatal(err)
	}
	for _, a := range out.User.Attributes {
		if *a.Name == "sub" {
			sub = *a.Value
		}
	}
	return sub
}

// reconciled sweeps and returns the report.
func (o operated) reconciled(args ...string) (report sweep.Report) {
	o.Helper()
	args = append([]string{"reconcile", "--stage", "dev", "--json", "--table", o.cloud.Table(), "--pool", o.cloud.Stack.Pool.ID}, args...)
	got := ops(o.T, args...)
	if got.status != done {
		o.Fatalf("%v: status %d\n%s%s", args, got.status, got.out, got.err)
	}
	lines := strings.TrimSpace(got.out)
	if strings.HasPrefix(lines, `{"`) {
		lines = lines[strings.LastIndex(lines, "\n")+1:]
	}
	if err := json.Unmarshal([]byte(lines), &report); err != nil || !report.Complete {
		o.Fatalf("%v in %s", err, got.out)
	}
	return report
}

// The test takes users whom no trigger has seen through their life.
func TestAnOperatorSweepsReadsAndErases(t *testing.T) {
	o := startLocal(t)
	var subs []string
	for i := range 5 {
		subs = append(subs, o.made(fmt.Sprintf("user%d", i)))
	}
	if r := o.reconciled("--dry-run"); r.Drift[sweep.Missing] != 5 || r.Total() != 5 || r.Asked != 0 || r.WouldAsk != 5 {
		t.Errorf("the dry run says %+v", r)
	}
	if r := o.reconciled(); r.Drift[sweep.Missing] != 5 || r.Written != 5 || r.Asked != 5 {
		t.Errorf("the first sweep says %+v", r)
	}
	if r := o.reconciled(); r.Total() != 0 || r.Written != 0 || r.Asked != 0 {
		t.Errorf("the second sweep says %+v", r)
	}

	pool, name := &o.cloud.Stack.Pool.ID, func(i int) *string { return new(fmt.Sprintf("user%d@example.com", i)) }
	_, changed := o.app.AdminUpdateUserAttributes(t.Context(), &cognito.AdminUpdateUserAttributesInput{UserPoolId: pool, Username: name(0), UserAttributes: []types.AttributeType{{Name: new("email"), Value: new("new@example.com")}, {Name: new("email_verified"), Value: new("true")}}})
	_, disabled := o.app.AdminDisableUser(t.Context(), &cognito.AdminDisableUserInput{UserPoolId: pool, Username: name(1)})
	_, deleted := o.app.AdminDeleteUser(t.Context(), &cognito.AdminDeleteUserInput{UserPoolId: pool, Username: name(2)})
	for _, err := range []error{changed, disabled, deleted} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if r := o.reconciled("--rows"); r.Drift[sweep.Stale] != 1 || r.Drift[sweep.Disabled] != 1 || r.Drift[sweep.Deleted] != 1 || r.Written != 3 {
		t.Errorf("the third sweep says %+v", r)
	}
	if r := o.reconciled(); r.Total() != 0 || r.Written != 0 {
		t.Errorf("the fourth sweep says %+v", r)
	}

	o.heldAbout(subs[0], `"email": "new@example.com"`, `"previousEmail": "user0@example.com"`, `"createdBy": "sweep"`)
	o.heldAbout(subs[1], `"disabled": true`)
	o.heldAbout(subs[2], `"status": "deleted"`, `"authzStatus": "deleted"`)
	o.erased(subs[3], "user3@example.com")
	if r := o.reconciled(); r.Total() != 0 || r.Written != 0 {
		t.Errorf("the last sweep says %+v", r)
	}
}

// heldAbout looks for texts in a user's dossier.
func (o operated) heldAbout(sub string, texts ...string) {
	o.Helper()
	dossier := o.ops("dossier", sub)
	for _, text := range texts {
		if !strings.Contains(dossier, text) {
			o.Errorf("%s is not in\n%s", text, dossier)
		}
	}
}

// erased grants a user something, and erases the user after the pool has.
func (o operated) erased(sub, address string) {
	o.Helper()
	table, pool := o.cloud.Table(), o.cloud.Stack.Pool.ID
	o.ops("authz", "set-roles", sub, "editor", "--as", "grace")
	refused(o.T, failed, []string{"still has the user", "AdminDeleteUser"}, "erase", sub, "--yes", "--table", table, "--pool", pool)
	if _, err := o.app.AdminDeleteUser(o.Context(), &cognito.AdminDeleteUserInput{UserPoolId: &pool, Username: &address}); err != nil {
		o.Fatal(err)
	}
	receipt, again := o.ops("erase", address, "--yes"), o.ops("erase", sub, "--yes")
	if !strings.Contains(receipt, "authzRoles") || !strings.Contains(again, "erased before") {
		o.Errorf("the receipts are\n%s\n%s", receipt, again)
	}
	if dossier := o.ops("dossier", sub); strings.Contains(dossier, "user3") || strings.Contains(dossier, "editor") {
		o.Errorf("what is left is\n%s", dossier)
	}
	refused(o.T, unknown, []string{"nothing is stored"}, "dossier", "nobody", "--table", table, "--pool", pool)
	refused(o.T, unknown, []string{"nothing is stored"}, "erase", "nobody", "--yes", "--table", table, "--pool", pool)
}
