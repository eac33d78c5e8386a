package settings

import (
	"maps"
	"slices"
)

// Given says which constructs the code of an app passes beside the settings, as far as
// the settings depend on it; this package does not know constructs. The zero value is
// right for a stage file alone: the app passes nothing.
//
// The suite makes a pool with everything around it, or adds its functions to a pool that
// the app makes. In the second case the settings of a pool belong to that pool, and are
// faults here.
type Given struct {
	// Pool says that the suite does not make the pool, but the app, or somebody else.
	Pool bool
	// Elsewhere says that it is somebody else; Faults and Warnings set it from the settings.
	Elsewhere bool
	// Clients are the names of the pool's app clients that the app passes.
	Clients []string
	// Immutable are the attributes of the pool that are written when a user is made and
	// never again. Example: [custom:plan].
	Immutable []string
	// Closed says that no user signs up to the pool: administrators and identity providers
	// make them.
	Closed bool
	// Keeps are the attributes that keep their values until the new ones are verified. Example:
	// [email].
	Keeps []string
	// Plan is the feature plan that the pool's construct names; "" is not known.
	Plan Plan
	// Topic says that the app passes the topic of the alarms.
	Topic bool
}

// foreignPool adds a fault for each setting of a pool that the suite does not make.
func (c *checker) foreignPool(s *Settings) {
	owned := map[string]bool{
		"otherClients": s.OtherClients != "", "threatProtection": s.ThreatProtection != ThreatProtection{}, "selfSignUp": s.SelfSignUp, "passwordMinimumLength": s.PasswordMinimumLength != 0,
		"domain": s.Domain != Domain{}, "managedLogin": s.ManagedLogin, "firstFactors": len(s.FirstFactors) > 0,
		"passkeys": s.Passkeys != Passkeys{}, "resourceServer": s.ResourceServer.Made(), "groups": len(s.Groups) > 0, "identityProviders": len(s.IdentityProviders) > 0,
		"mfa": s.MFA.Mode != "" || len(s.MFA.Factors) > 0, "sms": s.SMS != SMS{}, "recovery": len(s.Recovery) > 0, "email": s.Email != EmailSender{},
		"texts": s.Texts != Texts{}, "webAclArn": s.WebACLARN != "", "poolLogs": s.PoolLogs != PoolLogs{}, "overrides": len(s.Overrides) > 0,
	}
	maker := "the app"
	if c.given.Elsewhere {
		maker = "its owner"
	}
	for _, path := range slices.Sorted(maps.Keys(owned)) {
		if owned[path] {
			c.faults.Add(path, "is the pool's own, which "+maker+" makes", "set it there and remove it here")
		}
	}
	c.passedClients(s)
}

// ownClients checks the clients that the app passes.
func (c *checker) ownClients(s *Settings) {
	if !c.given.Pool && len(c.given.Clients) > 0 {
		c.faults.Add("Clients", "are given without Pool", "give the pool that they are of, or name further clients in foreignClients by their ids")
	}
	give := "Clients"
	if c.given.Elsewhere {
		give = "foreignClients"
	}
	if s.API.On && c.given.Pool && len(c.given.Clients)+len(s.elsewhereClients()) == 0 {
		c.faults.Add("api.on", "needs to know whose tokens count", "give "+give)
	}
	if !c.given.Pool {
		give = "clients"
	}
	if s.IdentityPool.Made() && len(s.UserClients(c.given)) == 0 {
		c.faults.Add("identityPool", "needs a client whose ID tokens are exchanged", "give one in "+give)
	}
}

// UserClients returns the names of the clients whose ids the stack knows and that users
// sign in with, in order.
func (s *Settings) UserClients(given Given) []string {
	if !given.Pool {
		return s.clientsOf(false)
	}
	profiles := s.Profiles()
	known := slices.Sorted(slices.Values(slices.Concat(given.Clients, s.elsewhereClients())))
	return slices.DeleteFunc(known, func(name string) bool { return s.Policy.Tokens.Profiles[profiles[name]].Machine })
}

// elsewhereClients returns the ids of the known app clients of a pool that is made elsewhere.
func (s *Settings) elsewhereClients() []string {
	if !s.ExistingPool.Elsewhere() {
		return nil
	}
	return slices.Sorted(maps.Keys(s.ForeignClients))
}
