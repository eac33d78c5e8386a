package page

import (
	"cmp"
	"net/http"
	"strconv"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/support/dossier"
)

// suspend refuses the user in AUTHZ and in the pool.
func suspend(s *suite, r *http.Request) (any, string, error) {
	sub := r.PathValue("sub")
	result, err := s.users.Suspend(r.Context(), sub, by(r), atRev(r)...)
	if err != nil {
		return nil, "", inWords(err)
	}
	return result, userPath(sub) + "?done=suspended", nil
}

func reinstate(s *suite, r *http.Request) (any, string, error) {
	sub := r.PathValue("sub")
	result, err := s.users.Reinstate(r.Context(), sub, by(r), atRev(r)...)
	if err != nil {
		return nil, "", inWords(err)
	}
	return result, userPath(sub) + "?done=reinstated", nil
}

func by(r *http.Request) string { return cmp.Or(r.PostForm.Get("by"), somebody) }

// atRev lets a form act on the row that it shows only.
func atRev(r *http.Request) []directory.SuspendOption {
	rev, err := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	if err != nil {
		return nil
	}
	return []directory.SuspendOption{directory.AtRev(rev)}
}

// erase deletes the user from the pool, so that no sign-in brings the rows back, and then
// makes tombstones of the rows. The receipt is the answer and is kept nowhere.
func erase(s *suite, r *http.Request) (any, string, error) {
	ctx, sub := r.Context(), r.PathValue("sub")
	before, err := dossier.Read(ctx, s.rows, s.table, s.id, sub, s.now())
	if err != nil {
		return nil, "", err
	}
	known, err := s.member(ctx, sub)
	switch {
	case err != nil:
		return nil, "", err
	case known == nil && len(before.Rows) == 0:
		return nil, "", Problem{http.StatusNotFound, "neither the pool nor the table has a user with this sub"}
	case known != nil:
		if _, err := s.pool.AdminDeleteUser(ctx, &cognito.AdminDeleteUserInput{UserPoolId: &s.id, Username: &known.Username}); err != nil {
			return nil, "", err
		}
	}
	// The pool is on this machine: its clock is this one.
	if err := before.Erase(ctx, s.rows, s.now()); err != nil {
		return nil, "", err
	}
	after, err := dossier.Read(ctx, s.rows, s.table, s.id, sub, s.now())
	if err != nil {
		return nil, "", err
	}
	return before.Receipt(after, by(r)), "", nil
}
