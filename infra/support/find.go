package support

import (
	"context"
	"fmt"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
)

// Find returns the sub of a USER: a sub unchanged, or that of the one user who has
// verified the e-mail address. It does not find users who only claim the address: they
// would get what is meant for its owner.
func Find(ctx context.Context, d *directory.Directory, user string) (string, error) {
	if !strings.Contains(user, "@") {
		return user, nil
	}
	profiles, err := d.ByEmail(ctx, user)
	if err != nil {
		return "", err
	}
	var verified, claimed []string
	for _, profile := range profiles {
		if profile.EmailVerified {
			verified = append(verified, profile.Sub)
		} else {
			claimed = append(claimed, profile.Sub)
		}
	}
	switch {
	case len(verified) == 1:
		return verified[0], nil
	case len(verified) > 1:
		return "", fmt.Errorf("%d users have verified this address: pass the sub of one of %s", len(verified), strings.Join(verified, ", "))
	case len(claimed) > 0:
		return "", fmt.Errorf("no user has verified this address; any user can claim it. If you know that it is the right one, pass the sub: %s", strings.Join(claimed, ", "))
	}
	return "", Unknown("no user of this pool has this address in the table: check it, or pass the sub")
}
