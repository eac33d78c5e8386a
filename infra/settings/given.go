package settings

import (
	"maps"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
)

// Given says which constructs the code of an app passes beside the settings, as far as
// the settings depend on it; this package does not know constructs. The zero value is
// right for a stage file alone: the app passes nothing.
//
// The suite makes a pool with everything around it, or adds its functions to a pool that
// the app makes. In the second case the settings of a pool belong to that pool, and are
// faults here.
type Given struct {
	// Pool says that the app makes the pool.
	Pool bool
	// Clients are the names of the pool's app clients that the app passes.
	Clients []string
	// Immutable are the attributes of the pool that are written when a user is made and
	// never again. Example: [custom:plan].
	Immutable []string
	// Closed says that no user signs up to the pool: administrators and identity providers
	// make them.
	Closed bool
	// Topic says that the app passes the topic of the alarms.
	Topic bool
}

// foreignPool adds a fault for each setting of a pool that the suite does not make.
func (c *checker) foreignPool(s *Settings) {
	web := s.WebClient
	owned := map[string]bool{
		"otherClients": s.OtherClients != "", "threatProtection": s.ThreatProtection != ThreatProtection{}, "selfSignUp": s.SelfSignUp, "passwordMinimumLength": s.PasswordMinimumLength != 0,
		"domainPrefix": s.DomainPrefix != "", "managedLogin": s.ManagedLogin, "firstFactors": len(s.FirstFactors) > 0,
		"passkeys": s.Passkeys != Passkeys{}, "mfa": s.MFA.Mode != "" || len(s.MFA.Factors) > 0, "sms": s.SMS != SMS{}, "recovery": len(s.Recovery) > 0,
		"email": s.Email != EmailSender{}, "texts": s.Texts != Texts{}, "webAclArn": s.WebACLARN != "", "poolLogs": s.PoolLogs != PoolLogs{}, "overrides": len(s.Overrides) > 0,
		"webClient":      len(web.CallbackURLs)+len(web.LogoutURLs)+len(web.Flows)+len(web.ReadAttributes)+len(web.WriteAttributes) > 0,
		"resourceServer": s.ResourceServer.Identifier != "" || len(s.ResourceServer.Scopes) > 0,
		"machineClient":  s.MachineClient.None || len(s.MachineClient.Scopes) > 0, "groups": len(s.Groups) > 0,
	}
	for _, path := range slices.Sorted(maps.Keys(owned)) {
		if owned[path] {
			c.faults.Add(path, "is the pool's own, which the app makes", "set it there and remove it here")
		}
	}
}

// ownClients checks the clients that the app passes.
func (c *checker) ownClients(s *Settings) {
	if !c.given.Pool && len(c.given.Clients) > 0 {
		c.faults.Add("Clients", "are given without Pool", "give the pool that they are of, or name further clients in policy.tokens.clients by their ids")
	}
	if s.API.On && c.given.Pool && len(c.given.Clients) == 0 {
		c.faults.Add("api.on", "needs to know whose tokens count", "give Clients")
	}
	if len(s.IdentityPool.Roles) > 0 && c.given.Pool && !slices.Contains(c.given.Clients, claims.WebClient) {
		c.faults.Add("identityPool.roles", "need the client whose ID tokens are exchanged", "give it as Clients[web]")
	}
}

// clients returns the names of the app clients whose ids the stack knows.
func (g Given) clients(s *Settings) []string {
	switch {
	case g.Pool:
		return g.Clients
	case s.MachineClient.None:
		return []string{claims.WebClient}
	}
	return []string{claims.WebClient, claims.MachineClient}
}
