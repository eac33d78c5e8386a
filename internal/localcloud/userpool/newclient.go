package userpool

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// clientSettings are an app client as the API shows it: all members of UserPoolClientType,
// also those that do not act here and those that AWS adds. Client is derived from them.
type clientSettings map[string]any

// clientMembers are the members that act or are checked.
type clientMembers struct {
	ClientID                                           string `json:"ClientId"`
	ClientName, ClientSecret, DefaultRedirectURI       string
	ExplicitAuthFlows, ReadAttributes, WriteAttributes []string
	AllowedOAuthFlows, AllowedOAuthScopes              []string
	CallbackURLs, LogoutURLs                           []string
	SupportedIdentityProviders                         []string
	AllowedOAuthFlowsUserPoolClient, GenerateSecret    bool
	EnablePropagateAdditionalUserContextData           bool
	EnableTokenRevocation                              bool
	PublishSecretsInAWSSecretsManager                  bool
	AccessTokenValidity, RefreshTokenValidity          int
	IDTokenValidity                                    int `json:"IdTokenValidity"`
	AuthSessionValidity                                int // minutes
	PreventUserExistenceErrors                         string
	TokenValidityUnits                                 map[string]string
	RefreshTokenRotation                               struct {
		Feature                 string
		RetryGracePeriodSeconds int
	}
}

// clientDefaults are what AWS shows of a client that asked for nothing (API reference,
// CreateUserPoolClient).
func clientDefaults() clientSettings {
	return clientSettings{
		"AllowedOAuthFlowsUserPoolClient": false, "AuthSessionValidity": 3, "EnablePropagateAdditionalUserContextData": false,
		"EnableTokenRevocation": true, "PreventUserExistenceErrors": "LEGACY", "TokenValidityUnits": map[string]string{},
	}
}

// ClientError is a setting of an app client that AWS refuses. It unwraps to the refusal of
// the API.
type ClientError struct {
	// Member is the setting, Want what it should be.
	Member, Want string
	refusal      *APIError
}

// Error returns the member and what it should be.
func (e *ClientError) Error() string { return e.Member + ": " + e.Want }

// Unwrap returns the API's refusal.
func (e *ClientError) Unwrap() error { return e.refusal }

func wrong(member string, refusal *APIError, want string, args ...any) error {
	return &ClientError{member, fmt.Sprintf(want, args...), refusal}
}

// NewClient derives an app client from its settings, which have the names of the API's
// UserPoolClientType; a null member is an absent one. GenerateSecret makes a secret unless
// ClientSecret is one. An error is a *ClientError, or an *APIError for a member of another
// type than the API's.
func NewClient(settings map[string]any) (Client, error) {
	kept := clientDefaults()
	maps.Copy(kept, settings)
	maps.DeleteFunc(kept, func(name string, value any) bool { return value == nil })
	var m clientMembers
	if text, err := json.Marshal(kept); err != nil || json.Unmarshal(text, &m) != nil {
		return Client{}, refuse("SerializationException", "a member of the app client has another type than the API's")
	}
	if m.RefreshTokenValidity == 0 { // "Amazon Cognito overrides the value with the default value of 30 days" (API reference)
		units := maps.Clone(m.TokenValidityUnits)
		delete(units, "RefreshToken")
		kept["RefreshTokenValidity"], kept["TokenValidityUnits"] = 30, units
	}
	if m.GenerateSecret && m.ClientSecret == "" {
		m.ClientSecret = secret()
	}
	for _, name := range []string{"GenerateSecret", "ClientSecret"} { // of a request; the secrets are kept apart
		delete(kept, name)
	}
	c, err := m.client()
	c.settings = kept
	return c, cmp.Or(err, m.checkFlows(), m.checkOAuth(), m.checkAddresses(), m.checkRest())
}

// client returns what acts. "AllowedOAuthFlowsUserPoolClient must have a value of true
// before you can configure" the others of OAuth (API reference): without it AWS takes them
// and the token endpoint does not know them (boto3#3916).
func (m clientMembers) client() (Client, error) {
	c := Client{
		ID: m.ClientID, Name: m.ClientName, Secret: m.ClientSecret, ExplicitAuthFlows: m.ExplicitAuthFlows,
		ReadAttributes: m.ReadAttributes, WriteAttributes: m.WriteAttributes, SupportedIdentityProviders: m.SupportedIdentityProviders,
		RefreshTokenRotation:       m.RefreshTokenRotation.Feature == "ENABLED",
		RefreshGrace:               time.Duration(m.RefreshTokenRotation.RetryGracePeriodSeconds) * time.Second,
		AuthSessionValidity:        time.Duration(m.AuthSessionValidity) * time.Minute,
		NoTokenRevocation:          !m.EnableTokenRevocation,
		PreventUserExistenceErrors: m.PreventUserExistenceErrors == "ENABLED",
	}
	if m.AllowedOAuthFlowsUserPoolClient {
		c.AllowedOAuthFlows, c.AllowedOAuthScopes = m.AllowedOAuthFlows, m.AllowedOAuthScopes
		c.CallbackURLs, c.LogoutURLs, c.DefaultRedirectURI = m.CallbackURLs, m.LogoutURLs, m.DefaultRedirectURI
	}
	var errs [3]error
	c.AccessTokenValidity, errs[0] = m.validity("AccessToken", m.AccessTokenValidity, "hours", 5*time.Minute, 24*time.Hour)
	c.IDTokenValidity, errs[1] = m.validity("IdToken", m.IDTokenValidity, "hours", 5*time.Minute, 24*time.Hour)
	c.RefreshTokenValidity, errs[2] = m.validity("RefreshToken", m.RefreshTokenValidity, "days", time.Hour, 10*365*24*time.Hour)
	return c, cmp.Or(errs[:]...)
}

// validity returns a token's validity in the unit that TokenValidityUnits names, zero for
// the default. AWS takes none outside the limits (API reference, UserPoolClientType); its
// sentence is seen in terraform-provider-aws#32504.
func (m clientMembers) validity(token string, number int, unit string, shortest, longest time.Duration) (time.Duration, error) {
	if given := m.TokenValidityUnits[token]; given != "" {
		unit = given
	}
	length, known := map[string]time.Duration{"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour}[unit]
	if !known {
		return 0, wrong("TokenValidityUnits."+token, oneOf("tokenValidityUnits."+token, "seconds", "minutes", "hours", "days"), "want seconds, minutes, hours or days, not %q", unit)
	}
	if validity := time.Duration(number) * length; number == 0 || validity >= shortest && validity <= longest && number <= 315360000 {
		return validity, nil
	}
	return 0, wrong(token+"Validity", invalidParameter("Invalid range for token validity."), "want %v to %v, not %d %s", shortest, longest, number, unit)
}

// oneOf is the refusal of a value that is none of an enumeration.
func oneOf(member string, values ...string) *APIError {
	return violation("", member, "satisfy enum value set: ["+strings.Join(values, ", ")+"]")
}

// clientTokenFlow is the flow of GetClientToken.
const clientTokenFlow = "ALLOW_CLIENT_TOKEN_AUTH"

// checkFlows: "You can't assign these legacy ExplicitAuthFlows values to user pool clients at
// the same time as values that begin with ALLOW_" (API reference, ExplicitAuthFlows); the
// flow of GetClientToken "must be the only authentication flow" of a client with a secret
// (API reference, GetClientToken).
func (m clientMembers) checkFlows() error {
	legacy := []string{"ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"}
	newer := []string{
		"ALLOW_ADMIN_USER_PASSWORD_AUTH", clientTokenFlow, "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
		"ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH",
	}
	old := 0
	for _, flow := range m.ExplicitAuthFlows {
		switch {
		case slices.Contains(legacy, flow):
			old++
		case !slices.Contains(newer, flow):
			all := slices.Concat(legacy, newer)
			return wrong("ExplicitAuthFlows", oneOf("explicitAuthFlows", all...), "want some of %v, not %q", all, flow)
		case flow == clientTokenFlow && (len(m.ExplicitAuthFlows) > 1 || m.ClientSecret == ""):
			return wrong("ExplicitAuthFlows", invalidParameter("%s must be the only flow of an app client that has a secret", flow), "want %s alone, and GenerateSecret", flow)
		}
	}
	if old > 0 && old < len(m.ExplicitAuthFlows) {
		return wrong("ExplicitAuthFlows", invalidParameter("You can't assign legacy ExplicitAuthFlows at the same time as values that begin with ALLOW_"), "want flows with ALLOW_ only, or legacy ones (%v) only", legacy)
	}
	return nil
}

// checkOAuth: the sentences are seen in terraform-provider-aws#4984 (openid), crossfeed#440
// (CallbackUrls) and awsdocs/aws-cloudformation-user-guide#517 (the enumeration), the others
// are ours; "you must add client_credentials as the only allowed OAuth flow" (API reference,
// AllowedOAuthFlows).
func (m clientMembers) checkOAuth() error {
	refusal := func(text string, args ...any) *APIError { return refuse("InvalidOAuthFlowException", text, args...) }
	machine := slices.Contains(m.AllowedOAuthFlows, "client_credentials")
	for _, flow := range m.AllowedOAuthFlows {
		if !slices.Contains([]string{"code", "implicit", "client_credentials"}, flow) {
			return wrong("AllowedOAuthFlows", oneOf("allowedOAuthFlows", "implicit", "client_credentials", "code"), "want code, implicit or client_credentials, not %q", flow)
		}
	}
	switch {
	case machine && len(m.AllowedOAuthFlows) > 1:
		return wrong("AllowedOAuthFlows", refusal("client_credentials flow can not be selected along with code flow or implicit flow."), "want client_credentials alone")
	case machine && m.ClientSecret == "":
		return wrong("AllowedOAuthFlows", refusal("client_credentials flow can not be selected if client does not have a client secret."), "want GenerateSecret with client_credentials")
	case !machine && len(m.AllowedOAuthFlows) > 0 && len(m.CallbackURLs) == 0:
		return wrong("CallbackURLs", refusal("CallbackUrls can not be empty when code flow or implicit flow is selected"), "want at least one address with the flows code and implicit")
	}
	for _, scope := range m.AllowedOAuthScopes {
		if machine && slices.Contains(standardScopes(), scope) {
			return wrong("AllowedOAuthScopes", refusal("%s is not supported with client_credentials flow", scope), "want scopes of resource servers with client_credentials, not %s", scope)
		}
	}
	return nil
}

// checkAddresses: a redirect URI must "be an absolute URI", "not include a fragment
// component", and "Amazon Cognito requires HTTPS over HTTP except for http://localhost for
// testing purposes only. App callback URLs such as myapp://example are also supported" (API
// reference, CallbackURLs). Since 2025 AWS takes http with a loopback address, too
// (vscode#256122).
func (m clientMembers) checkAddresses() error {
	for member, addresses := range map[string][]string{"CallbackURLs": m.CallbackURLs, "LogoutURLs": m.LogoutURLs} {
		if len(addresses) > 100 {
			return wrong(member, violation("", member, "have length less than or equal to 100"), "want at most 100 addresses")
		}
		for _, address := range addresses {
			to, err := url.Parse(address)
			switch {
			case err != nil || to.Scheme == "" || to.Fragment != "" || len(address) > 1024 || slices.Contains([]string{"javascript", "data", "vbscript"}, to.Scheme):
				return wrong(member, invalidParameter("%s is not an absolute URI without a fragment", address), "want an absolute URI without a fragment, not %q", address)
			case to.Scheme == "http" && !slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, to.Hostname()):
				return wrong(member, invalidParameter("%s cannot use the HTTP protocol.", address), "want https, http://localhost or the scheme of an app, not %q", address)
			}
		}
	}
	if d := m.DefaultRedirectURI; d != "" && !slices.Contains(m.CallbackURLs, d) {
		return wrong("DefaultRedirectURI", invalidParameter("DefaultRedirectURI must be in the CallbackURLs list"), "want one of CallbackURLs, not %q", d)
	}
	return nil
}

func (m clientMembers) checkRest() error {
	rotation, errs := m.RefreshTokenRotation, []string{"LEGACY", "ENABLED"}
	switch {
	case m.AuthSessionValidity < 3:
		return wrong("AuthSessionValidity", violation("", "authSessionValidity", "have value greater than or equal to 3"), "want 3 to 15 minutes, not %d", m.AuthSessionValidity)
	case m.AuthSessionValidity > 15:
		return wrong("AuthSessionValidity", violation("", "authSessionValidity", "have value less than or equal to 15"), "want 3 to 15 minutes, not %d", m.AuthSessionValidity)
	case !slices.Contains(errs, m.PreventUserExistenceErrors):
		return wrong("PreventUserExistenceErrors", oneOf("preventUserExistenceErrors", errs...), "want LEGACY or ENABLED, not %q", m.PreventUserExistenceErrors)
	case !slices.Contains([]string{"", "ENABLED", "DISABLED"}, rotation.Feature):
		return wrong("RefreshTokenRotation.Feature", oneOf("refreshTokenRotation.feature", "ENABLED", "DISABLED"), "want ENABLED or DISABLED, not %q", rotation.Feature)
	case rotation.RetryGracePeriodSeconds < 0 || rotation.RetryGracePeriodSeconds > 60:
		return wrong("RefreshTokenRotation.RetryGracePeriodSeconds", violation("", "refreshTokenRotation.retryGracePeriodSeconds", "have value between 0 and 60"), "want 0 to 60 seconds, not %d", rotation.RetryGracePeriodSeconds)
	case m.EnablePropagateAdditionalUserContextData && m.ClientSecret == "":
		return wrong("EnablePropagateAdditionalUserContextData", invalidParameter("EnablePropagateAdditionalUserContextData needs an app client with a secret"), "want a client with a secret")
	case m.PublishSecretsInAWSSecretsManager:
		return wrong("PublishSecretsInAWSSecretsManager", invalidParameter("the local cloud has no Secrets Manager"), "want false: the local cloud has no Secrets Manager")
	}
	return nil
}
