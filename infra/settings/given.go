package settings

import (
	"maps"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
)

// Given is what the code of an app hands over beside the settings, as far as they must
// go with it: the things themselves are constructs, which this package does not know.
// The zero value is a stage file's: nothing is given.
//
// The suite makes a pool with everything around it, or hooks its functions into one
// that the app makes otherwise. What is the pool's own is then set there, and refused
// here.
type Given struct {
	// Pool tells that the app makes the pool.
	Pool bool
	// Clients are the names of the pool's app clients that the app hands over.
	Clients []string
	// Topic tells that the app hands over the topic of the alarms.
	Topic bool
}

// foreignPool finds settings of a pool that the suite does not make.
func (c *checker) foreignPool(s *Settings) {
	web := s.WebClient
	owned := map[string]bool{
		"threatProtection": s.ThreatProtection != "", "selfSignUp": s.SelfSignUp, "passwordMinimumLength": s.PasswordMinimumLength != 0,
		"domainPrefix": s.DomainPrefix != "", "managedLogin": s.ManagedLogin, "firstFactors": len(s.FirstFactors) > 0,
		"passkeys":       s.Passkeys != Passkeys{},
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

// ownClients judges the clients that the app hands over.
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

// clients are the names of the app clients that the stack knows the ids of.
func (g Given) clients(s *Settings) []string {
	switch {
	case g.Pool:
		return g.Clients
	case s.MachineClient.None:
		return []string{claims.WebClient}
	}
	return []string{claims.WebClient, claims.MachineClient}
}

// writable are the attributes that people may set of themselves. What the clients of
// the app's own pool may write is not known: then it is the worst, all but those that
// Cognito sets.
func (g Given) writable(s *Settings) []string {
	if !g.Pool {
		return s.writeAttributes()
	}
	return cognito.StandardAttributes(cognito.Writable)
}
