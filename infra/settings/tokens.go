package settings

import "github.com/cognito-triggers/cognito-triggers/internal/policy"

// TokenSettings is what a stage decides about tokens: enough to preview them without a
// pool.
type TokenSettings struct {
	// Policy is the section tokens as pretokengeneration receives it.
	Policy policy.Tokens
	// Held is the section atToken, likewise.
	Held policy.SignUp
	// Untouched says that the stage has no trigger that changes tokens or refuses them.
	Untouched bool
	// Version is the event's version: "1", "2" or "3".
	Version string
	// Clients are the stack's app clients, with their defaults; Profiles are the token
	// profiles of these and of others (Settings.Profiles).
	Clients  map[string]Client
	Profiles map[string]string
	// Scopes are all scopes of the resource server.
	Scopes []string
}

// TokenSettings returns the token settings of a sound stage, or of one that runs.
func (s *Stage) TokenSettings() TokenSettings {
	full, document := s.WithDefaults(), s.Document(s.given)
	if s.shipped != nil {
		document = *s.shipped
	}
	if s.given.Pool {
		full.Clients = s.Clients // their settings are the app's, and not known here
	}
	return TokenSettings{
		Policy: document.Tokens, Held: document.AtToken, Untouched: !s.hooks(decider("tokens").Name), Version: eventVersions[full.TokenVersion],
		Clients: full.Clients, Profiles: s.Profiles(), Scopes: s.scopes(),
	}
}
