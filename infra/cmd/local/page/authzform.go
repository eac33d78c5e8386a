package page

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
)

// edit is the form of AUTHZ: what is written in it, and what is wrong with it.
type edit struct {
	// Rev is the row's that the form shows.
	Rev int64
	By  string
	// Roles and Tenants have one word a line.
	Roles, Tenants, Tenant string
	TenantRoles            []pair // the roles of a tenant, one a line
	Claims                 string // a JSON object
	// Faults has a sentence for a field; that of "" is about the whole row.
	Faults map[string]string
}

// somebody is who changes a row unless the form says otherwise.
const somebody = "local page"

// editOf returns the form that shows a row.
func editOf(row directory.Authz) edit {
	e := edit{
		Rev: row.Rev, By: somebody, Roles: onePerLine(row.Roles), Tenants: onePerLine(row.Tenants), Tenant: row.Tenant, Claims: "{}", Faults: map[string]string{},
	}
	for _, tenant := range row.AllTenants() {
		e.TenantRoles = append(e.TenantRoles, pair{tenant, onePerLine(row.TenantRoles[tenant])})
	}
	if len(row.Extra) > 0 {
		e.Claims = indented(row.Extra)
	}
	return e
}

// read takes what was sent into the form and returns the changes. A field that was not sent
// stays as the row has it.
func (e *edit) read(form url.Values, row directory.Authz) []directory.Change {
	var all []directory.Change
	take := func(field string, into *string) bool {
		if form.Has(field) {
			*into = form.Get(field)
		}
		return form.Has(field)
	}
	take("by", &e.By)
	judge := func(field string, of *string, changes func() []directory.Change) {
		if take(field, of) {
			all = e.judged(field, row, all, changes())
		}
	}
	judge("roles", &e.Roles, func() []directory.Change { return []directory.Change{directory.SetRoles(perLine(e.Roles)...)} })
	take("tenant", &e.Tenant)
	if take("tenants", &e.Tenants) || form.Has("tenant") {
		all = e.judged("tenants", row, all, []directory.Change{directory.SetTenants(strings.TrimSpace(e.Tenant), perLine(e.Tenants)...)})
	}
	all = e.tenantRoles(form, row, all)
	judge("claims", &e.Claims, func() []directory.Change { return e.claims(row.Extra) })
	return all
}

// judged adds the changes of a field if they can be made behind the others, and says beside
// the field why not otherwise.
func (e *edit) judged(field string, row directory.Authz, before, changes []directory.Change) []directory.Change {
	next := slices.Concat(before, changes)
	if err := directory.Check(row, somebody, next...); err != nil {
		e.Faults[field] = strings.TrimPrefix(err.Error(), directory.ErrInvalid.Error()+": ")
		return before
	}
	return next
}

// tenantRoles reads pairs of fields: the n-th tenantRoles are those in the n-th inTenant. A
// tenant that is taken away takes its roles along.
func (e *edit) tenantRoles(form url.Values, row directory.Authz, all []directory.Change) []directory.Change {
	tenants, roles := form["inTenant"], form["tenantRoles"]
	if len(tenants) != len(roles) {
		e.Faults["tenantRoles"] = "send one inTenant for each tenantRoles"
		return all
	}
	if len(tenants) > 0 {
		e.TenantRoles = nil
	}
	for i, tenant := range tenants {
		e.TenantRoles = append(e.TenantRoles, pair{tenant, roles[i]})
		if form.Has("tenants") && !slices.Contains(perLine(e.Tenants), tenant) {
			continue
		}
		all = e.judged("tenantRoles", row, all, []directory.Change{directory.SetTenantRoles(tenant, perLine(roles[i])...)})
	}
	return all
}

// claims reads the object and returns what it changes: what it lacks is removed first, so
// that a claim may change the case of its name.
func (e *edit) claims(now map[string]any) []directory.Change {
	var all []directory.Change
	wanted := map[string]any{}
	decoder := json.NewDecoder(strings.NewReader(e.Claims))
	decoder.UseNumber()
	if err := decoder.Decode(&wanted); err != nil || wanted == nil || decoder.More() {
		e.Faults["claims"] = `this is not a JSON object, such as {"plan": "gold"}`
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if _, there := wanted[name]; !there {
			all = append(all, directory.UnsetClaim(name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		all = append(all, directory.SetClaim(name, wanted[name]))
	}
	return all
}

// saveAuthz is the form's action. What was written is never lost: a fault or a conflict shows
// the form again, beside the row as it is now.
func saveAuthz(s *suite, r *http.Request) (any, string, error) {
	ctx, sub := r.Context(), r.PathValue("sub")
	row, err := s.users.Authz(ctx, sub)
	if err != nil {
		return nil, "", inWords(err)
	}
	form := editOf(row)
	changes := form.read(r.PostForm, row)
	if sent, err := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64); err == nil && sent != row.Rev {
		return nil, "", s.again(ctx, sub, form, directory.ErrConflict)
	}
	if len(form.Faults) > 0 {
		return nil, "", s.again(ctx, sub, form, directory.ErrInvalid)
	}
	if m, err := s.member(ctx, sub); err == nil && m != nil {
		changes = append(changes, directory.Unseen())
	}
	saved, err := s.users.Change(ctx, row, form.By, changes...)
	switch {
	case errors.Is(err, directory.ErrInvalid):
		form.Faults[""] = err.Error()
		return nil, "", s.again(ctx, sub, form, directory.ErrInvalid)
	case errors.Is(err, directory.ErrConflict):
		return nil, "", s.again(ctx, sub, form, directory.ErrConflict)
	case err != nil:
		return nil, "", inWords(err)
	}
	return saved, userPath(sub) + "?done=saved", nil
}

// again shows the form again. Saved once more, it counts for the row that is beside it.
func (s *suite) again(ctx context.Context, sub string, form edit, why error) error {
	now, err := s.person(ctx, sub)
	if err != nil {
		return err
	}
	text := "Nothing is saved: see the fields."
	if errors.Is(why, directory.ErrConflict) {
		text = "Nothing is saved: somebody else has changed AUTHZ meanwhile. It is shown as it is now, beside what you wrote. Save again to replace it."
	}
	if now.Authz != nil {
		form.Rev = now.Authz.Rev
	}
	now.Form = form
	problem, _ := errors.AsType[Problem](inWords(why))
	return Again{Problem{problem.Status, text}, now, form.Faults}
}

func userPath(sub string) string { return "/users/" + url.PathEscape(sub) }

func onePerLine(list []string) string { return strings.Join(list, "\n") }

// perLine returns the lines that are not empty.
func perLine(text string) (list []string) {
	for line := range strings.Lines(text) {
		if word := strings.TrimSpace(line); word != "" {
			list = append(list, word)
		}
	}
	return list
}

func indented(value any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(value) // it came as JSON
	return strings.TrimSpace(b.String())
}
