package userpool

import (
	"fmt"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp"
)

// longestHistory is the largest PasswordHistorySize (API reference, PasswordPolicyType).
const longestHistory = 24

// renew sets another password and remembers the old one, also in a pool that does not ask for
// its history yet.
func (u *user) renew(password srp.Verifier) {
	if !u.password.IsZero() {
		u.former = append([]srp.Verifier{u.password}, u.former[:min(len(u.former), longestHistory-1)]...)
	}
	u.password, u.imported = password, ""
}

// checkHistory refuses a password that is one of the last of its user: "Users can't set a
// password that matches any of n previous passwords, where n is the value of
// PasswordHistorySize" (API reference, PasswordPolicyType). The present one is the first of
// them. Only a user who has proven something is told: it says what a former password was. AWS
// names the exception, not its sentence, and does not say that it judges a temporary password.
func (p *Pool) checkHistory(u user, password string) error {
	size := p.cfg().PasswordPolicy.PasswordHistorySize
	for _, old := range append([]srp.Verifier{u.password}, u.former...) {
		if size == 0 {
			break
		}
		if old.IsZero() {
			continue
		}
		if size--; old.Matches(srp.Identity(p.cfg().ID, u.username), password) {
			return refuse("PasswordHistoryPolicyViolationException", "Password has previously been used")
		}
	}
	return nil
}

func (c *Config) checkHistory() error {
	switch size := c.PasswordPolicy.PasswordHistorySize; {
	case size < 0 || size > longestHistory:
		return fmt.Errorf("PasswordHistorySize %d: want 0 to %d", size, longestHistory)
	case size > 0 && c.Tier == "LITE":
		return errPlan("PasswordHistorySize")
	}
	return nil
}
