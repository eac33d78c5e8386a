package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
)

const authzHelp = `
authz: show and change what a user may do (the AUTHZ row, which no trigger writes)

  go run ./infra/cmd/ops authz show USER
  go run ./infra/cmd/ops authz set-roles USER ROLE...       replaces the roles that
                                                           count in every tenant
  go run ./infra/cmd/ops authz set-roles USER --tenant T ROLE...
                                                           replaces those in T alone
  go run ./infra/cmd/ops authz set-roles USER [--tenant T] --none
                                                           removes them
  go run ./infra/cmd/ops authz set-tenants USER TENANT... [--default TENANT]
                                                           the default is the first one
                                                           unless given; --default '' is none;
                                                           roles in a tenant that is no longer
                                                           listed are removed
  go run ./infra/cmd/ops authz set-tenants USER --none
  go run ./infra/cmd/ops authz set-claim USER NAME TEXT     an extra claim
  go run ./infra/cmd/ops authz set-claim USER NAME --value JSON
                                                           a number, true, a list, an object
  go run ./infra/cmd/ops authz unset-claim USER NAME
  go run ./infra/cmd/ops authz suspend USER [--keep-enabled] [--keep-sessions]
                                                           no further token
  go run ./infra/cmd/ops authz reinstate USER
  go run ./infra/cmd/ops authz migrate-roles USER | --all [--tenant T] [--apply]
                                                           see below
  go run ./infra/cmd/ops authz import FILE [--dry-run]      see below

USER is a sub, or the e-mail address that exactly one user has verified.

A change takes effect with the user's next token. Issued tokens are valid until
they expire.

suspend also disables the user in Cognito and ends the user's sessions there:
Cognito itself then refuses, also while the table is down, and an old access token
changes nothing. reinstate enables only whom suspend disabled. When one side fails,
call it again: that is safe and completes it. While the table does not answer, suspend
does nothing: disable the user yourself (aws cognito-idp admin-disable-user), and call it
when the table answers; reinstate then leaves it to you to enable the user.
` + targetHelp + `
Changes:
  --as WHO          who changes it, kept in the row (default: $USER)
  --rev N           change only if the row still has this rev (show prints it)
  --unseen          the table does not know the user yet (just made by
                    AdminCreateUser); without it a mistyped sub is an error
  --keep-enabled    suspend: leave the user enabled in Cognito; while the table does not
                    answer, whenStoreIsDown of the token profile then decides
  --keep-sessions   suspend: leave the user's sessions in Cognito
  --json            write the row as JSON; of suspend and reinstate, what was done
` + migrateHelp + importHelp + `
Example:
  go run ./infra/cmd/ops authz set-roles ada@example.com editor admin --stage dev --as grace
`

const actions = "show, set-roles, set-tenants, set-claim, unset-claim, suspend, reinstate, import or " + migrateRoles

// request is one call of the verb.
type request struct {
	target
	action, user string
	words        []string
	as           string
	rev          int64
	unseen, none bool
	json         bool
	all, apply   bool   // of migrate-roles
	tenant       string // whose roles are meant
	standard     string // the default tenant
	value        string
	flags        *flag.FlagSet
	before       directory.Authz // as read before the change

	keepEnabled, keepSessions bool // what suspend leaves out

	importing
}

func authz(ctx context.Context, args []string, t terminal) error {
	r, err := readRequest(args, t)
	if err != nil {
		return err
	}
	switch r.action {
	case migrateRoles:
		return r.migrate(ctx, t)
	case importAction:
		return r.importFile(ctx, t)
	}
	changes, err := r.changes()
	if err != nil {
		return err
	}
	d, err := r.open(ctx, t)
	if err != nil {
		return err
	}
	if r.suspends() {
		return r.suspend(ctx, d, t)
	}
	granted, err := r.do(ctx, d, changes)
	if err != nil {
		return r.advise(err, t)
	}
	if r.json {
		return writeJSON(t.out, granted)
	}
	r.report(granted, t)
	return nil
}

func readRequest(args []string, t terminal) (*request, error) {
	r := &request{flags: newFlags("authz")}
	r.target.flags(r.flags)
	r.importing.flags(r.flags)
	r.flags.StringVar(&r.as, "as", t.getenv("USER"), "")
	r.flags.Int64Var(&r.rev, "rev", 0, "")
	r.flags.BoolVar(&r.unseen, "unseen", false, "")
	r.flags.BoolVar(&r.none, "none", false, "")
	r.flags.BoolVar(&r.json, "json", false, "")
	r.flags.BoolVar(&r.all, "all", false, "")
	r.flags.BoolVar(&r.apply, "apply", false, "")
	r.flags.StringVar(&r.tenant, "tenant", "", "")
	r.flags.StringVar(&r.standard, "default", "", "")
	r.flags.StringVar(&r.value, "value", "", "")
	r.flags.BoolVar(&r.keepEnabled, "keep-enabled", false, "")
	r.flags.BoolVar(&r.keepSessions, "keep-sessions", false, "")
	words, err := parse(r.flags, args)
	if err != nil {
		return nil, err
	}
	if len(words) > 0 && words[0] == migrateRoles {
		r.action, r.words = words[0], words[1:]
		return r, nil
	}
	if len(words) < 2 {
		return nil, misused("name an action and a user: %s, and USER", actions)
	}
	if words[0] == importAction {
		r.action, r.words = words[0], words[1:]
		return r, nil
	}
	r.action, r.user, r.words = words[0], words[1], words[2:]
	if r.user == "" {
		return nil, misused("USER is empty")
	}
	return r, r.stray()
}

// changes returns the requested changes; none for show.
func (r *request) changes() ([]directory.Change, error) {
	change, err := r.change()
	if err != nil || r.action == "show" {
		return nil, err
	}
	if r.as == "" {
		return nil, misused("pass --as WHO: who changes it")
	}
	changes := []directory.Change{change}
	if r.unseen {
		changes = append(changes, directory.Unseen())
	}
	return changes, nil
}

func (r *request) change() (directory.Change, error) {
	switch r.action {
	case "show", "suspend", "reinstate": // these are no changes of the row alone
		return directory.Change{}, r.noMore()
	case "set-roles":
		return r.setRoles(), r.someOrNone("ROLE")
	case "set-tenants":
		return r.setTenants()
	case "set-claim":
		return r.setClaim()
	case "unset-claim":
		return r.unsetClaim()
	}
	return directory.Change{}, misused("there is no %q: pass %s", r.action, actions)
}

func (r *request) noMore() error {
	if len(r.words) > 0 {
		return misused("unexpected argument %q: %s takes USER only", strings.Join(r.words, " "), r.action)
	}
	return nil
}

// someOrNone demands words or --none: an empty list must be explicit.
func (r *request) someOrNone(word string) error {
	switch {
	case r.none && len(r.words) > 0:
		return misused("--none removes all: pass it, or %s, not both", word)
	case !r.none && len(r.words) == 0:
		return misused("pass one %s or more, or --none to remove all", word)
	}
	return nil
}

func (r *request) setTenants() (directory.Change, error) {
	standard := r.standard
	if !given(r.flags, "default") && len(r.words) > 0 {
		standard = r.words[0]
	}
	return directory.SetTenants(standard, r.words...), r.someOrNone("TENANT")
}

func (r *request) setClaim() (directory.Change, error) {
	asJSON := given(r.flags, "value")
	switch {
	case asJSON && len(r.words) == 1:
		decoder := json.NewDecoder(strings.NewReader(r.value))
		decoder.UseNumber()
		var value any
		if err := decoder.Decode(&value); err != nil || decoder.More() {
			return directory.Change{}, misused("--value %q is not JSON: write a text as '\"text\"', or without --value", r.value)
		}
		return directory.SetClaim(r.words[0], value), nil
	case !asJSON && len(r.words) == 2:
		return directory.SetClaim(r.words[0], r.words[1]), nil
	}
	return directory.Change{}, misused("write set-claim USER NAME TEXT, or set-claim USER NAME --value JSON")
}

func (r *request) unsetClaim() (directory.Change, error) {
	if len(r.words) != 1 {
		return directory.Change{}, misused("write unset-claim USER NAME")
	}
	return directory.UnsetClaim(r.words[0]), nil
}

// do reads the row and changes it. The directory notices a change in between.
func (r *request) do(ctx context.Context, d *directory.Directory, changes []directory.Change) (directory.Authz, error) {
	sub, err := support.Find(ctx, d, r.user)
	if err != nil {
		return directory.Authz{}, err
	}
	granted, err := d.Authz(ctx, sub)
	if err != nil || len(changes) == 0 {
		return granted, err
	}
	if given(r.flags, "rev") && granted.Rev != r.rev {
		return directory.Authz{}, fmt.Errorf("the row has rev %d, not %d: %w", granted.Rev, r.rev, directory.ErrConflict)
	}
	r.before = granted
	changed, err := d.Change(ctx, granted, r.as, changes...)
	return changed, toUnseen(err)
}

// toUnseen adds the remedy for a user who has no row at all.
func toUnseen(err error) error {
	if errors.Is(err, directory.ErrNotFound) {
		return fmt.Errorf("%w; if the user was made just now, pass --unseen", err)
	}
	return err
}
