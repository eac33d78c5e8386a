package userpool

import (
	"cmp"
	"crypto/rand"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// maxClients is the quota of an account that asked for none (guide, "Quotas in Amazon
// Cognito", resource quotas).
const maxClients = 1000

func (c clientSettings) poolID() string          { return c.text("UserPoolId") }
func (c clientSettings) text(name string) string { text, _ := c[name].(string); return text }

type clientOutput struct{ UserPoolClient clientSettings }

type ofClient struct {
	ofPool
	ClientID string `json:"ClientId"`
}

type listedClient struct {
	ClientID   string `json:"ClientId"`
	UserPoolID string `json:"UserPoolId"`
	ClientName string
}

// createUserPoolClient makes an app client that no template declares, as administrators
// and dynamic client registration do.
func (p *Pool) createUserPoolClient(in clientSettings) (clientOutput, error) {
	in["ClientId"] = strings.ToLower(rand.Text())
	if in["GenerateSecret"] == true && in.text("ClientSecret") != "" {
		return clientOutput{}, invalidParameter("GenerateSecret and ClientSecret exclude each other")
	}
	if err := cmp.Or(nameShape.check("clientName", in.text("ClientName")), secretShape.optional("clientSecret", in.text("ClientSecret"))); err != nil {
		return clientOutput{}, err
	}
	c, err := p.checkedClient(in, "creating")
	if err != nil {
		return clientOutput{}, err
	}
	c.settings["CreationDate"] = c.settings["LastModifiedDate"]
	c.keepSecret(p.now())
	return clientOutput{c.described()}, insert(p.store, p.store.clients, c.ID, c, maxClients, "app clients", nil) // no id is taken
}

// updateUserPoolClient resets what a request leaves out: "If you don't provide a value for
// an attribute, Amazon Cognito sets it to its default value" (API reference). The name has
// no default. Secrets have their own operations.
func (p *Pool) updateUserPoolClient(in clientSettings) (clientOutput, error) {
	old, err := p.clientByID(in.text("ClientId"))
	if err != nil {
		return clientOutput{}, err
	}
	if in.text("ClientName") == "" {
		in["ClientName"] = old.Name
	}
	in["ClientSecret"], in["GenerateSecret"] = old.Secret, false
	if err := nameShape.check("clientName", in.text("ClientName")); err != nil {
		return clientOutput{}, err
	}
	next, err := p.checkedClient(in, "updating")
	if err != nil {
		return clientOutput{}, err
	}
	c, err := p.store.changeClient(old.ID, func(c *Client) error {
		next.Secret, next.secrets = c.Secret, c.secrets
		next.settings["CreationDate"] = c.settings["CreationDate"]
		*c = next
		return nil
	})
	return clientOutput{c.described()}, err
}

// checkedClient derives a client and refuses what this pool does not have. The sentences are
// seen in awsdocs/aws-cloudformation-user-guide#564 (scopes),
// lgallard/terraform-aws-cognito-user-pool#71 (providers), aws-cdk#2608 and
// aws-sdk-java#1395 (attributes; the first lacks a required one).
func (p *Pool) checkedClient(in clientSettings, doing string) (Client, error) {
	in["LastModifiedDate"], in["UserPoolId"] = epoch(p.now()), p.cfg().ID
	c, err := NewClient(in)
	if err != nil {
		return Client{}, err
	}
	unknown := func(name string) bool { return name != "sub" && name != "identities" && !p.inSchema(name) }
	lacking := func(name string) bool { return !c.writable(name) }
	switch {
	case slices.ContainsFunc(c.ReadAttributes, unknown):
		return Client{}, invalidParameter("Invalid read attributes specified while %s a client", doing)
	case slices.ContainsFunc(c.WriteAttributes, unknown), slices.ContainsFunc(p.cfg().RequiredAttributes, lacking):
		return Client{}, invalidParameter("Invalid write attributes specified while %s a client", doing)
	}
	scopes, _ := in["AllowedOAuthScopes"].([]any)
	for _, scope := range scopes {
		if name, _ := scope.(string); !slices.Contains(standardScopes(), name) && !p.store.customScopes()[name] {
			return Client{}, refuse("ScopeDoesNotExistException", "Invalid scope requested: %s", name)
		}
	}
	for _, name := range c.SupportedIdentityProviders {
		if !p.hasProvider(name) {
			return Client{}, invalidParameter("The provider %s does not exist for User Pool %s.", name, p.cfg().ID)
		}
	}
	return c, nil
}

// hasProvider reports whether users sign in with a provider. The pool itself is one.
func (p *Pool) hasProvider(name string) bool {
	_, known := p.store.provider(name)
	return known || name == federation.Native
}

func (p *Pool) describeUserPoolClient(in ofClient) (clientOutput, error) {
	c, err := p.clientByID(in.ClientID)
	return clientOutput{c.described()}, err
}

// described returns all members, with the oldest secret.
func (c Client) described() clientSettings {
	out := maps.Clone(c.settings)
	if len(c.secrets) > 0 {
		out["ClientSecret"] = c.secrets[0].value
	}
	return out
}

// deleteUserPoolClient ends all that the client began: "users can no longer sign in to the
// associated application" (API reference). That its access tokens end as well is this
// pool's choice: nobody can say any more what they may do.
func (p *Pool) deleteUserPoolClient(in ofClient) (empty, error) {
	_, err := p.clientByID(in.ClientID)
	p.store.dropClient(in.ClientID)
	return empty{}, err
}

func (p *Pool) listUserPoolClients(in pageInput) (object, error) {
	return pageOf(p, clientsList, in.paging, "", values(p.store, p.store.clients), func(c Client) string { return c.ID }, func(c Client) listedClient {
		return listedClient{c.ID, p.cfg().ID, c.Name}
	})
}

func (s *store) client(id string) (Client, bool) { return get(s, s.clients, id) }

// changeClient returns the changed client. If f refuses, nothing changes.
func (s *store) changeClient(id string, f func(*Client) error) (Client, error) {
	return edit(s, s.clients, id, errNoClient(id), f)
}

// dropClient forgets a client with its sessions, its sign-ins and its codes.
func (s *store) dropClient(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, id)
	s.endSessions(func(g *grant) bool { return g.clientID == id })
	maps.DeleteFunc(s.challenges, func(_ string, c challenge) bool { return c.clientID == id })
	maps.DeleteFunc(s.authorized, func(_ string, a authorized) bool { return a.clientID == id })
}
