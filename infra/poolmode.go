package infra

import (
	"maps"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
)

// The suite makes a pool with everything around it, or hooks its functions into one
// that the same app makes otherwise (Props.Pool). What is the pool's own is then set
// there, and refused here.

// takesPool tells whether the pool is the app's own.
func (p *Props) takesPool() bool { return p.Pool != nil }

// makePool makes the pool, its domain, clients, API scopes and groups, or takes the
// app's own pool.
func (s *TriggerSuite) makePool(p *Props) {
	if p.takesPool() {
		s.Pool = p.Pool
		return
	}
	self := s.Construct
	s.Pool = newPool(self, p)
	s.Domain = newDomain(self, s.Pool, p)
	s.ResourceServer = newResourceServer(self, s.Pool, p)
	s.WebClient = newWebClient(self, s.Pool, p)
	s.Branding = newBranding(self, s.Pool, s.WebClient, p)
	s.MachineClient = newMachineClient(self, s.Pool, s.ResourceServer, p)
	s.Groups = newGroups(self, s.Pool, p)
}

// clientIDs are the ids of the known app clients, by the names under which the
// policy knows them.
func (s *TriggerSuite) clientIDs() map[string]*string {
	ids := make(map[string]*string)
	for name, client := range s.props.Clients {
		ids[name] = client.UserPoolClientId()
	}
	if !s.props.takesPool() {
		ids[claims.WebClient], ids[claims.MachineClient] = s.WebClient.UserPoolClientId(), s.MachineClient.UserPoolClientId()
	}
	return ids
}

// foreignPool finds settings of a pool that the suite does not make.
func (c *checker) foreignPool(p *Props) {
	given := map[string]bool{
		"threatProtection": p.ThreatProtection != "", "selfSignUp": p.SelfSignUp, "passwordMinimumLength": p.PasswordMinimumLength != 0,
		"domainPrefix": p.DomainPrefix != "", "managedLogin": p.ManagedLogin, "firstFactors": len(p.FirstFactors) > 0,
		"passkeys":       p.Passkeys != Passkeys{},
		"webClient":      len(p.WebClient.CallbackURLs)+len(p.WebClient.LogoutURLs)+len(p.WebClient.Flows)+len(p.WebClient.ReadAttributes)+len(p.WebClient.WriteAttributes) > 0,
		"resourceServer": p.ResourceServer.Identifier != "" || len(p.ResourceServer.Scopes) > 0,
		"machineClient":  len(p.MachineClient.Scopes) > 0, "groups": len(p.Groups) > 0,
	}
	for _, path := range slices.Sorted(maps.Keys(given)) {
		if given[path] {
			c.fault(path, "is the pool's own, which the app makes", "set it there and remove it here")
		}
	}
}

// ownClients judges the clients that the app hands over.
func (c *checker) ownClients(p *Props) {
	if !p.takesPool() && len(p.Clients) > 0 {
		c.fault("Clients", "are given without Pool", "give the pool that they are of, or name further clients in policy.tokens.clients by their ids")
	}
	if p.API.On && p.takesPool() && len(p.Clients) == 0 {
		c.fault("api.on", "needs to know whose tokens count", "give Clients")
	}
	if len(p.IdentityPool.Roles) > 0 && p.takesPool() && p.Clients[claims.WebClient] == nil {
		c.fault("identityPool.roles", "need the client whose ID tokens are exchanged", "give it as Clients[web]")
	}
}

// anyWritable are the attributes that some client of a pool could let its users
// write: all but those that Cognito sets.
func anyWritable() []string {
	return slices.DeleteFunc(slices.Clone(standardAttributes), func(name string) bool { return slices.Contains(cognitosOwn, name) })
}
