package userstest

import (
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// EraseSome buries the first rows of a user, in the order in which a store must bury
// them: AUTHZ, SIGNIN, PROFILE. It is an Erase that was killed on its way.
func (m *Memory) EraseSome(key users.Key, at time.Time, rows int) {
	_ = m.change(key, func(r *users.Rows) {
		if rows > 0 {
			r.Authz = users.BuryAuthz(r.Authz, at)
		}
		if rows > 1 {
			r.SignIn = users.BurySignIn(r.SignIn, at)
		}
		if rows > 2 {
			r.Profile = users.BuryProfile(r.Profile, at)
		}
	})
}
