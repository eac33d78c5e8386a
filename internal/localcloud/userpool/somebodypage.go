package userpool

import (
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// somebodyPath is the page in the place of a provider. AWS has none.
const somebodyPath = "/provider"

// somebodyPage stands in the place of an identity provider: its user is the one
// that the form describes. It sends the browser back as the provider would.
func (p *Pool) somebodyPage(w http.ResponseWriter, r *http.Request, a authorization, form url.Values) (page, bool) {
	provider, err := p.chosen(a)
	if err != nil || provider.Type == "" || provider.IsReal() {
		// Nobody speaks for a provider that can be asked.
		redirect(w, r, "/oauth2/authorize?"+a.query.Encode())
		return page{}, false
	}
	if form == nil {
		return p.askWho(a, provider, provider.Preset(a.query.Get("preset")), nil), true
	}
	if form.Get("other") != "" {
		redirect(w, r, a.refusal(&oauthError{"access_denied", "the user did not sign in at " + provider.Name}))
		return page{}, false
	}
	who := federation.Somebody{
		Subject: form.Get("subject"), Email: form.Get("email"), Verified: form.Get("email_verified"), Groups: form.Get("groups"), Claims: form.Get("claims"),
	}
	answer, err := provider.Answer(who, p.now())
	if err != nil {
		return p.askWho(a, provider, who, err), true
	}
	state, code := secret(), secret()
	p.store.depart(state, departure{provider: provider.Name, query: a.query, browser: p.browserOf(r), answer: &answer, code: code})
	back := url.Values{"code": {code}, "state": {state}}
	if provider.Type == federation.SAML {
		back = url.Values{"SAMLResponse": back["code"], "RelayState": back["state"]}
	}
	redirect(w, r, provider.Callback()+"?"+back.Encode())
	return page{}, false
}

func (p *Pool) askWho(a authorization, provider identityProvider, who federation.Somebody, refused error) page {
	out := page{
		Title: "Be somebody at " + provider.Name, Button: "Sign in", Other: "Cancel",
		Notice: "This page takes the place of " + provider.Name + ". You are the user that you describe.",
		Fields: []field{
			{"subject", "Name of the user at the provider (sub, id or NameID)", "text", who.Subject, "off"},
			{"email", "Email", "optional", who.Email, "off"},
			{"email_verified", "Is the email verified? true, false or nothing", "optional", who.Verified, "off"},
			{"groups", "Groups, separated by commas", "optional", who.Groups, "off"},
			{"claims", "Further claims or attributes, a JSON object", "area", who.Claims, "off"},
		},
	}
	if refused != nil {
		out.refused = invalidParameter("%v.", refused)
	}
	for _, name := range slices.Sorted(maps.Keys(federation.Presets())) {
		out.Links = append(out.Links, link{"Fill in: " + name, template.URL(a.link(somebodyPath, "preset", name))})
	}
	return out
}

// providerLinks lead from the login page to the client's providers.
func (p *Pool) providerLinks(a authorization) []link {
	var links []link
	for _, name := range a.client.SupportedIdentityProviders {
		if _, known := p.store.provider(name); known {
			links = append(links, link{"Continue with " + name, template.URL(a.link("/oauth2/authorize", "identity_provider", name, "idp_identifier", ""))})
		}
	}
	return links
}
