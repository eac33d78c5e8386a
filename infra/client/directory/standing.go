package directory

import (
	"context"
	"errors"
	"fmt"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// StandingAttributes returns every attribute name that Standing reads: no role, tenant or claim is
// among them.
func StandingAttributes() []string {
	return []string{"authzRev", authzSchemaAttribute, "authzStatus", table.PK, table.SK}
}

// Standing returns how often a user's AUTHZ has changed, and whether the user may act: neither
// suspended nor deleted. A user without the row has 0 and may. It is one consistent read, for
// package bearer's Config.Rows. The grant is GrantStanding. Errors wrap ErrSchema, ErrNotFound for
// a sub that cannot name a user, or are the store's.
func (d *Directory) Standing(ctx context.Context, sub string) (version int64, active bool, err error) {
	item, err := d.row(ctx, sub, table.AuthzRow, StandingAttributes())
	if err != nil {
		return 0, false, fmt.Errorf("reading the standing: %w", err)
	}
	granted, err := decode(sub, item)
	if errors.Is(err, ErrDeleted) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("reading the standing: %w", err)
	}
	return granted.Rev, granted.Status == Active, nil
}
