package main

import (
	"bufio"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

const (
	poolType  = "AWS::Cognito::UserPool"
	tableType = "AWS::DynamoDB::GlobalTable"
)

// kind is a type of resource whose end somebody notices: users, members of a group, apps that
// know a client's id or the domain.
type kind struct {
	name string
	// named is the property that names it; "" is the logical id.
	named string
	// fixed are the properties whose change makes CloudFormation replace it (CloudFormation
	// template reference, "Update requires: Replacement").
	fixed []string
	end   string
}

var kinds = map[string]kind{
	poolType:                                 {"pool", "", nil, "every user"},
	tableType:                                {"table", "", []string{"KeySchema", "TableName"}, "every row"},
	"AWS::Cognito::UserPoolGroup":            {"group", "GroupName", []string{"GroupName", "UserPoolId"}, "its memberships"},
	"AWS::Cognito::UserPoolClient":           {"client", "ClientName", []string{"GenerateSecret", "UserPoolId"}, "its id, which apps know, and every session"},
	"AWS::Cognito::UserPoolDomain":           {"domain", "Domain", []string{"Domain", "UserPoolId"}, "the addresses of sign-in pages and token endpoint"},
	"AWS::Cognito::UserPoolResourceServer":   {"resourceServer", "Identifier", []string{"Identifier", "UserPoolId"}, "its scopes"},
	"AWS::Cognito::UserPoolIdentityProvider": {"identityProvider", "ProviderName", []string{"ProviderName", "ProviderType", "UserPoolId"}, "the sign-in of its users"},
	"AWS::Cognito::IdentityPool":             {"identityPool", "IdentityPoolName", nil, "its identities"},
}

// loss is something that a deployment destroys.
type loss struct{ name, why string }

// losses returns what a new template destroys of a deployed one.
func losses(before, after stackTemplate) (lost []loss) {
	lost = unhooked(before, after)
	for _, id := range sortedKeys(before.Resources) {
		old := before.Resources[id]
		k, told := kinds[old.Type]
		if !told {
			continue
		}
		now, stays := after.Resources[id]
		changed := slices.IndexFunc(k.fixed, func(p string) bool { return !alike(old.Properties[p], now.Properties[p]) })
		switch {
		case (!stays || now.Type != old.Type) && old.kept():
			lost = append(lost, loss{k.label(id, old), "leaves the stack with " + k.end + "; it is kept, and nothing uses it"})
		case !stays || now.Type != old.Type:
			lost = append(lost, loss{k.label(id, old), "is deleted, and with it " + k.end})
		case old.kept() && !now.kept():
			lost = append(lost, loss{k.label(id, old), "is kept no longer: who removes the stack, or it from the stack, loses " + k.end})
		case changed >= 0:
			lost = append(lost, loss{k.label(id, old), "is replaced, because its " + k.fixed[changed] + " changes, and loses " + k.end})
		}
	}
	return lost
}

// unhooked returns the hooks of a pool's owner whose functions go: the stack cannot take them out
// of the pool. A stack that attaches its pool does that itself.
func unhooked(before, after stackTemplate) (lost []loss) {
	for _, r := range before.Resources {
		if r.Type == settings.AttachType {
			return nil
		}
	}
	for _, name := range sortedKeys(before.Outputs) {
		trigger, names := strings.CutSuffix(name, settings.AliasOutput)
		value, _ := before.Outputs[name].Value.(map[string]any)
		id, _ := value["Ref"].(string)
		if _, stays := after.Resources[id]; names && !stays {
			lost = append(lost, loss{"hook:" + trigger, "loses its function: where the pool still has it, what calls it fails; take it out of the pool's own code first"})
		}
	}
	return lost
}

// label names a resource: group:admins, client:SuiteWebClientB66EBAF8.
func (k kind) label(id string, r resource) string {
	if name, ok := r.Properties[k.named].(string); ok {
		id = name
	}
	return k.name + ":" + id
}

// alike reports whether two values of a property are equal; absent is as good as false.
func alike(a, b any) bool {
	off := func(v any) bool { return v == nil || v == false }
	return off(a) && off(b) || reflect.DeepEqual(a, b)
}

// consent asks whether losses are meant, except for those whose names were passed with --yes.
func consent(lost []loss, yes string, t terminal) error {
	said := strings.Split(yes, ",")
	lost = slices.DeleteFunc(slices.Clone(lost), func(l loss) bool { return slices.Contains(said, l.name) })
	if len(lost) == 0 {
		return nil
	}
	var names []string
	var text strings.Builder
	for _, l := range lost {
		names = append(names, l.name)
		fmt.Fprintf(&text, "  %s %s\n", l.name, l.why)
	}
	pass := "--yes '" + strings.Join(names, ",") + "'"
	if !t.interactive {
		return misused("this would be lost, and there is no terminal to ask at:\n%sIf that is meant: %s", text.String(), pass)
	}
	fmt.Fprintf(t.err, "This is lost:\n%sType yes if that is meant: ", text.String())
	if answer, _ := bufio.NewReader(t.in).ReadString('\n'); strings.TrimSpace(answer) != "yes" {
		return fmt.Errorf("nothing was changed")
	}
	return nil
}
