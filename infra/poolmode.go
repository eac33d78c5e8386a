package infra

import "github.com/cognito-triggers/cognito-triggers/internal/claims"

// The suite makes a pool with everything around it, or hooks its functions into one
// that the same app makes (Props.Pool). In the second case the app sets what belongs to
// the pool, and the settings refuse it (package settings, Given).

// takesPool reports whether the pool is the app's own.
func (p *Props) takesPool() bool { return p.Pool != nil }

// makePool makes the pool, its domain, clients, API scopes and groups, or takes the app's
// own pool.
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
	if !p.MachineClient.None {
		s.MachineClient = newMachineClient(self, s.Pool, s.ResourceServer, p)
	}
	s.Groups = newGroups(self, s.Pool, p)
}

// clientIDs returns the ids of the known app clients, by their names in the policy.
func (s *TriggerSuite) clientIDs() map[string]*string {
	ids := make(map[string]*string)
	for name, client := range s.props.Clients {
		ids[name] = client.UserPoolClientId()
	}
	if s.WebClient != nil {
		ids[claims.WebClient] = s.WebClient.UserPoolClientId()
	}
	if s.MachineClient != nil {
		ids[claims.MachineClient] = s.MachineClient.UserPoolClientId()
	}
	return ids
}
