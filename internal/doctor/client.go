package doctor

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// client is what DescribeUserPoolClient answers, as far as checks look at it. Whether it has a
// secret is looked at, and the secret is in no finding.
type client struct {
	ClientID                             string `json:"ClientId"`
	ClientName, ClientSecret, ClientType string
	ClientSecretArn                      string
	ReadAttributes, WriteAttributes      []string
	ExplicitAuthFlows, AllowedOAuthFlows []string
	CallbackURLs                         []string
	PreventUserExistenceErrors           string
	EnableTokenRevocation                bool
	AccessTokenValidity                  int
	RefreshTokenValidity                 int
	TokenValidityUnits                   struct{ AccessToken, RefreshToken string }
	RefreshTokenRotation                 struct{ Feature string }
	AllowedOAuthFlowsUserPoolClient      bool
}

// named returns the client's name for readers.
func (c client) named() string {
	if c.ClientName == "" {
		return "app client " + c.ClientID
	}
	return "app client " + c.ClientID + " (" + c.ClientName + ")"
}

// grants reports whether the client may use a grant of OAuth.
func (c client) grants(flow string) bool {
	return c.AllowedOAuthFlowsUserPoolClient && slices.Contains(c.AllowedOAuthFlows, flow)
}

// machine reports whether no user signs in with the client. Client credentials are the only grant
// of a client (API reference, CreateUserPoolClient).
func (c client) machine() bool {
	return c.grants("client_credentials") &&
		!slices.ContainsFunc(c.ExplicitAuthFlows, func(flow string) bool { return flow != "ALLOW_REFRESH_TOKEN_AUTH" })
}

// flow reports whether the client has a flow of the API, by its newer or its older name.
func (c client) flow(name string) bool {
	return slices.Contains(c.ExplicitAuthFlows, "ALLOW_"+name) || slices.Contains(c.ExplicitAuthFlows, name)
}

// refreshes reports whether users of the client get a refresh token that they can use.
func (c client) refreshes() bool {
	return c.grants("code") || len(c.ExplicitAuthFlows) == 0 || c.flow("REFRESH_TOKEN_AUTH")
}

func (c client) public() bool { return c.ClientSecret == "" && c.ClientSecretArn == "" }

// lasts returns a validity. A number without a unit is of the default unit (API reference,
// CreateUserPoolClient); 0 is the default, with which no check finds fault.
func lasts(n int, unit string, defaultUnit time.Duration) time.Duration {
	of := map[string]time.Duration{"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour, "": defaultUnit}
	return time.Duration(n) * of[unit]
}

// clients returns the pool's app clients, as far as they can be asked.
func (f *Facts) clients() (all []client) {
	ids, _ := list[struct{ ClientId string }](f, "cognito-idp", "ListUserPoolClients", in{"UserPoolId": f.Pool, "MaxResults": 60}, "UserPoolClients")
	for _, c := range ids {
		out, ok := ask[struct{ UserPoolClient client }](f, "cognito-idp", "DescribeUserPoolClient", in{"UserPoolId": f.Pool, "ClientId": c.ClientId})
		if ok {
			all = append(all, out.UserPoolClient)
		}
	}
	return all
}

// clientRow is a check of each app client.
func clientRow(number int, title, members, means, fix string, how Severity, source string, judge func(*Facts, client) []string) Check {
	return Check{number, title, "cognito-idp DescribeUserPoolClient: " + members, means, fix, how, source, func(f *Facts) (found []Finding) {
		for _, c := range f.clients() {
			name := c.named()
			for _, text := range judge(f, c) {
				found = append(found, wrong(c.ClientID, "", "%s %s", name, text))
			}
		}
		return found
	}}
}

// said returns a text if it is so.
func said(is bool, format string, args ...any) []string {
	if !is {
		return nil
	}
	return []string{fmt.Sprintf(format, args...)}
}

// ofClient is where an app client is changed.
const ofClient = "clients of the stage; of a client that the stack does not make: Cognito console, App clients"

func clientChecks() []Check {
	return []Check{
		clientRow(9, "no client writes what decides about rights", "WriteAttributes, ReadAttributes", "a user writes the attribute and gets the claim; AWS says that a client without a list writes the standard attributes, and reports say custom ones, too",
			"writeAttributes and readAttributes in "+ofClient, Critical, guide+"user-pool-settings-attributes.html#user-pool-settings-attribute-permissions-and-scopes", attributes),
		clientRow(10, "an answer does not say whether an account exists", "PreventUserExistenceErrors", "anybody finds out who has an account",
			ofClient, Warning, guide+"cognito-user-pool-managing-errors.html", func(_ *Facts, c client) []string {
				return said(!c.machine() && c.PreventUserExistenceErrors != "ENABLED", "says whether a user exists")
			}),
		clientRow(11, "tokens end, and can be revoked", "EnableTokenRevocation, AccessTokenValidity, RefreshTokenValidity, TokenValidityUnits", "a suspended user goes on until the tokens end, a stolen refresh token for as long as it is good",
			"the lifetimes in "+ofClient, Warning, guide+"token-revocation.html", lifetimes),
		clientRow(12, "a public client rotates refresh tokens", "RefreshTokenRotation.Feature", "a refresh token that was copied out of a browser works beside the right one, unseen",
			ofClient, Warning, guide+"amazon-cognito-user-pools-using-the-refresh-token.html", func(_ *Facts, c client) []string {
				return said(!c.machine() && c.public() && c.refreshes() && c.RefreshTokenRotation.Feature != "ENABLED", "has no secret and does not rotate refresh tokens")
			}),
		clientRow(13, "no weak way to sign in", "AllowedOAuthFlows, ExplicitAuthFlows, CallbackURLs", "tokens are in addresses, passwords in your server's logs, codes on an open line",
			"flows and callbackUrls in "+ofClient, Warning, "https://www.rfc-editor.org/rfc/rfc9700#section-2", weak),
		clientRow(14, "no client of browsers is a machine", "AllowedOAuthFlows, CallbackURLs", "the secret is in a browser, and everybody who has it gets the machine's tokens",
			"make two clients: "+ofClient, Warning, guide+"user-pool-settings-client-apps.html", func(_ *Facts, c client) []string {
				return said(c.grants("client_credentials") && len(c.CallbackURLs) > 0, "has client credentials and is one of browsers")
			}),
		{
			15, "every client is one that the stage knows", "cognito-idp ListUserPoolClients; DescribeUserPoolClient: ClientType",
			"its tokens get the built-in profile unknown: no claim of the suite, and nobody knows who made it",
			"foreignClients of the stage names it with a profile, or delete it: Cognito console, App clients", Warning,
			guide + "cognito-user-pools-dynamic-client-registration.html", strangers,
		},
	}
}

// attributes is check 9.
func attributes(f *Facts, c client) (found []string) {
	if f.Stage == nil {
		f.without("which attributes decide about rights is not known without a stage file")
		return nil
	}
	for _, name := range f.Stage.Trusted {
		// Of a client without a list the API reference says (UserPoolClientType) that it writes the
		// standard attributes. Users wrote custom ones with it: aws/aws-ops-wheel#165,
		// ustaxcourt/ef-cms#782. The worse is taken.
		if len(c.WriteAttributes) == 0 || slices.Contains(c.WriteAttributes, name) {
			found = append(found, fmt.Sprintf("lets its users write %s", name))
		}
	}
	for _, name := range f.Stage.Clients[c.ClientID].Hidden {
		if len(c.ReadAttributes) == 0 || slices.Contains(c.ReadAttributes, name) {
			found = append(found, fmt.Sprintf("lets its users read %s, which its tokens leave out", name))
		}
	}
	return found
}

// lifetimes is check 11.
func lifetimes(_ *Facts, c client) []string {
	access := lasts(c.AccessTokenValidity, c.TokenValidityUnits.AccessToken, time.Hour)
	refresh := lasts(c.RefreshTokenValidity, c.TokenValidityUnits.RefreshToken, 24*time.Hour)
	return slices.Concat(
		said(!c.EnableTokenRevocation, "has tokens that cannot be revoked"),
		said(access > time.Hour, "has access tokens that are good for %d minutes", int(access.Minutes())),
		said(!c.machine() && refresh > 30*24*time.Hour, "has refresh tokens that are good for %d days", int(refresh.Hours()/24)))
}

// weak is check 13. Cognito takes http for localhost alone: that is for trying things out.
func weak(f *Facts, c client) (found []string) {
	found = said(c.grants("implicit"), "has the implicit grant")
	if f.disposable() {
		return found
	}
	found = append(found, said(c.flow("USER_PASSWORD_AUTH") && (f.Stage == nil || !f.Stage.Clients[c.ClientID].Password), "takes the password itself, not a proof of it (USER_PASSWORD_AUTH)")...)
	for _, url := range c.CallbackURLs {
		found = append(found, said(strings.HasPrefix(url, "http://"), "sends codes to %s", url)...)
	}
	return found
}

// strangers is check 15.
func strangers(f *Facts) (found []Finding) {
	if f.Stage == nil {
		f.without("the clients are not known without a stage file")
		return nil
	}
	for _, c := range f.clients() {
		_, known := f.Stage.Clients[c.ClientID]
		switch {
		case c.ClientType == "DCR":
			found = append(found, wrong(c.ClientID, c.ClientType, "%s has registered itself", c.named()))
		case !known:
			found = append(found, wrong(c.ClientID, c.ClientType, "%s is in no stage file", c.named()))
		}
	}
	return found
}
