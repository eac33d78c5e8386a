package userpool

import (
	"crypto/rand"
	"strings"
	"time"
)

// newClientInput has the members of CreateUserPoolClient that act here.
type newClientInput struct {
	ofPool
	ClientName                 string
	GenerateSecret             bool
	ExplicitAuthFlows          []string
	ReadAttributes             []string
	WriteAttributes            []string
	AllowedOAuthFlows          []string
	AllowedOAuthScopes         []string
	CallbackURLs               []string
	LogoutURLs                 []string
	SupportedIdentityProviders []string
	PreventUserExistenceErrors string
	EnableTokenRevocation      *bool
	AuthSessionValidity        int // minutes
	RefreshTokenRotation       struct {
		Feature                 string
		RetryGracePeriodSeconds int
	}
}

type newClientOutput struct{ UserPoolClient clientType }

// clientType is the app client in the answer of CreateUserPoolClient.
type clientType struct {
	UserPoolID         string `json:"UserPoolId"`
	ClientID           string `json:"ClientId"`
	ClientName         string
	ClientSecret       string `json:",omitempty"`
	CreationDate       epoch
	LastModifiedDate   epoch
	ExplicitAuthFlows  []string `json:",omitempty"`
	AllowedOAuthFlows  []string `json:",omitempty"`
	AllowedOAuthScopes []string `json:",omitempty"`
	CallbackURLs       []string `json:",omitempty"`
	LogoutURLs         []string `json:",omitempty"`

	SupportedIdentityProviders []string `json:",omitempty"`
}

// createUserPoolClient makes an app client that no template declares, as administrators
// and dynamic client registration do.
func (p *Pool) createUserPoolClient(in newClientInput) (newClientOutput, error) {
	if in.ClientName == "" {
		return newClientOutput{}, invalidParameter("1 validation error detected: Value at 'clientName' failed to satisfy constraint: Member must not be null")
	}
	client := Client{
		ID: strings.ToLower(rand.Text()), Name: in.ClientName, ExplicitAuthFlows: in.ExplicitAuthFlows,
		ReadAttributes: in.ReadAttributes, WriteAttributes: in.WriteAttributes,
		AllowedOAuthFlows: in.AllowedOAuthFlows, AllowedOAuthScopes: in.AllowedOAuthScopes,
		CallbackURLs: in.CallbackURLs, LogoutURLs: in.LogoutURLs, SupportedIdentityProviders: in.SupportedIdentityProviders,
		RefreshTokenRotation:       in.RefreshTokenRotation.Feature == "ENABLED",
		RefreshGrace:               time.Duration(in.RefreshTokenRotation.RetryGracePeriodSeconds) * time.Second,
		PreventUserExistenceErrors: in.PreventUserExistenceErrors == "ENABLED",
		NoTokenRevocation:          in.EnableTokenRevocation != nil && !*in.EnableTokenRevocation,
	}
	if in.AuthSessionValidity != 0 {
		client.AuthSessionValidity = time.Duration(in.AuthSessionValidity) * time.Minute
		if in.AuthSessionValidity < 3 || in.AuthSessionValidity > 15 {
			return newClientOutput{}, invalidParameter("AuthSessionValidity %d: want 3 to 15 minutes", in.AuthSessionValidity)
		}
	}
	if err := p.checkSupported(in.SupportedIdentityProviders); err != nil {
		return newClientOutput{}, err
	}
	if in.GenerateSecret {
		client.Secret = secret()
	}
	p.store.addClient(client)
	now := epoch(p.now())
	return newClientOutput{clientType{
		UserPoolID: p.cfg().ID, ClientID: client.ID, ClientName: client.Name, ClientSecret: client.Secret,
		CreationDate: now, LastModifiedDate: now, ExplicitAuthFlows: client.ExplicitAuthFlows,
		AllowedOAuthFlows: client.AllowedOAuthFlows, AllowedOAuthScopes: client.AllowedOAuthScopes,
		CallbackURLs: client.CallbackURLs, LogoutURLs: client.LogoutURLs, SupportedIdentityProviders: client.SupportedIdentityProviders,
	}}, nil
}

func (s *store) addClient(c Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients[c.ID] = c
}

func (s *store) client(id string) (Client, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.clients[id]
	return c, ok
}
