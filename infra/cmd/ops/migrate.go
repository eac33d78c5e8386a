package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// migrateRoles is the action of authz that moves roles.
const migrateRoles = "migrate-roles"

const migrateHelp = `
migrate-roles moves the roles that count in every tenant (authz.roles) into the user's
tenants: into each, which keeps what the user may do there, or into --tenant alone.
First deploy profiles that say authz.tenantRoles where they said authz.roles, to every
stage that reads the table: they say both kinds, so nothing changes. A profile that
still says authz.roles, and a token for no tenant, say no moved role.

  --all             every user of the pool. It scans the table, for which the
                    credentials need dynamodb:Scan beside GrantAuthzManagement
  --apply           write. Without it, nothing is written and each move is shown
  --tenant T        into T alone; users who do not act for T keep what they have
  --json            write the counts as JSON

A user without tenants keeps the roles. A row that another writer changes meanwhile is
left and named, and the status is 1: repeat the call, which finds what is left to do.
`

// migration is what a call has found and done.
type migration struct {
	Applied bool `json:"applied"`
	// Moved counts the users whose roles are moved, or would be.
	Moved int `json:"moved"`
	// Tenantless and Elsewhere keep their roles: they act for no tenant, or not for the
	// one that was named.
	Tenantless int `json:"tenantless"`
	Elsewhere  int `json:"elsewhere"`
	// Idle have no roles to move, or are deleted.
	Idle int `json:"idle"`
	// Conflicts are rows that another writer has changed, Unfit such as cannot be read or
	// would grant too much.
	Conflicts int `json:"conflicts"`
	Unfit     int `json:"unfit"`
}

// migrate moves the roles of one user or of all.
func (r *request) migrate(ctx context.Context, t terminal) error {
	switch {
	case len(r.words) > 1, r.all == (len(r.words) == 1):
		return misused("name one USER, or pass --all")
	case given(r.flags, "tenant") && r.tenant == "":
		return misused("--tenant is empty")
	case r.apply && r.as == "":
		return misused("pass --as WHO: who changes it")
	}
	d, err := r.open(ctx, t)
	if err != nil {
		return err
	}
	m := migration{Applied: r.apply}
	if r.all {
		err = r.migrateAll(ctx, d, &m, t)
	} else {
		err = r.migrateUser(ctx, d, &m, t)
	}
	if err == nil && r.json {
		err = writeJSON(t.out, m)
	} else if !r.json && (err == nil || m != migration{Applied: r.apply}) {
		m.report(t)
	}
	switch {
	case err != nil:
		return r.advise(err, t)
	case m.Conflicts+m.Unfit > 0:
		return fmt.Errorf("%d rows have changed meanwhile and %d cannot be moved: repeat the call; correct by hand what it names again", m.Conflicts, m.Unfit)
	}
	return nil
}

func (r *request) migrateUser(ctx context.Context, d *directory.Directory, m *migration, t terminal) error {
	sub, err := support.Find(ctx, d, r.words[0])
	if err != nil {
		return err
	}
	return r.move(ctx, d, sub, m, t)
}

// migrateAll reads the table page by page. A row with roles is read again before it is
// changed, so that a long pass meets few conflicts.
func (r *request) migrateAll(ctx context.Context, d *directory.Directory, m *migration, t terminal) error {
	cfg, err := r.connect(ctx)
	if err != nil {
		return err
	}
	pool := table.User(r.pool, "")
	pages := dynamodb.NewScanPaginator(r.tableClient(cfg), &dynamodb.ScanInput{
		TableName: &r.table, ConsistentRead: new(true), ProjectionExpression: new("#pk"),
		FilterExpression:         new("#sk = :authz AND begins_with(#pk, :pool) AND attribute_exists(#authzRoles)"),
		ExpressionAttributeNames: map[string]string{"#pk": table.PK, "#sk": table.SK, "#authzRoles": "authzRoles"},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":authz": &types.AttributeValueMemberS{Value: table.AuthzRow}, ":pool": &types.AttributeValueMemberS{Value: pool},
		},
	})
	scanned := 0
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("scanning the table (which needs dynamodb:Scan): %w", err)
		}
		for _, item := range page.Items {
			pk, ok := item[table.PK].(*types.AttributeValueMemberS)
			if !ok {
				continue
			}
			if err := r.move(ctx, d, strings.TrimPrefix(pk.Value, pool), m, t); err != nil {
				return err
			}
		}
		scanned += int(page.ScannedCount)
		if pages.HasMorePages() {
			fmt.Fprintf(t.err, "scanned %s rows, %s users with roles to move\n", thousands(scanned), thousands(m.Moved))
		}
	}
	return nil
}

// move moves the roles of one user. Only an error of the store ends the pass.
func (r *request) move(ctx context.Context, d *directory.Directory, sub string, m *migration, t terminal) error {
	granted, err := d.Authz(ctx, sub)
	if err == nil {
		var changes []directory.Change
		if changes = r.moves(granted, m, t); changes == nil {
			return nil
		}
		if r.apply {
			_, err = d.Change(ctx, granted, r.as, changes...)
		}
	}
	store := (*smithy.OperationError)(nil)
	switch {
	case err == nil:
		m.Moved++
	case errors.As(err, &store):
		return err
	case errors.Is(err, directory.ErrDeleted):
		m.Idle++
	case errors.Is(err, directory.ErrConflict):
		m.Conflicts++
		fmt.Fprintf(t.err, "%s: not moved, another writer has changed the row\n", sub)
	default:
		m.Unfit++
		fmt.Fprintf(t.err, "%s: not moved: %v\n", sub, err)
	}
	return nil
}

// moves returns the changes that move the roles of a row; nil is nothing to move.
func (r *request) moves(granted directory.Authz, m *migration, t terminal) []directory.Change {
	into := granted.AllTenants()
	switch {
	case len(granted.Roles) == 0:
		m.Idle++
		return nil
	case len(into) == 0:
		m.Tenantless++
		return nil
	case r.tenant != "" && !slices.Contains(into, r.tenant):
		m.Elsewhere++
		return nil
	case r.tenant != "":
		into = []string{r.tenant}
	}
	changes := []directory.Change{directory.SetRoles()}
	for _, tenant := range into {
		roles := slices.Clone(granted.TenantRoles[tenant])
		for _, role := range granted.Roles {
			if !slices.Contains(roles, role) {
				roles = append(roles, role)
			}
		}
		changes = append(changes, directory.SetTenantRoles(tenant, roles...))
	}
	if !r.json {
		fmt.Fprintf(t.out, "%s: %s into %s\n", granted.Sub, listed(granted.Roles), listed(into))
	}
	return changes
}

// report writes the counts for readers.
func (m migration) report(t terminal) {
	verb := "Moved"
	if !m.Applied {
		verb = "Would move"
	}
	fmt.Fprintf(t.out, "%s the roles of %s users. Left: %s without tenants, %s without the named tenant, %s without roles.\n",
		verb, thousands(m.Moved), thousands(m.Tenantless), thousands(m.Elsewhere), thousands(m.Idle))
	if !m.Applied {
		fmt.Fprintln(t.out, "Nothing is written: pass --apply.")
	}
}
