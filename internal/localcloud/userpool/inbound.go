package userpool

import (
	"bytes"
	"encoding/json"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

const inboundFederation = "InboundFederation"

// inboundRequest is as in guide, "Inbound federation Lambda trigger". It is the only trigger
// that sees a provider's tokens.
type inboundRequest struct {
	ProviderName string            `json:"providerName"`
	ProviderType string            `json:"providerType"`
	Attributes   inboundAttributes `json:"attributes"`
}

type inboundAttributes struct {
	TokenResponse map[string]string `json:"tokenResponse,omitzero"`
	IDToken       map[string]string `json:"idToken,omitzero"`
	UserInfo      map[string]string `json:"userInfo,omitzero"`
	SAMLResponse  map[string]string `json:"samlResponse,omitzero"`
}

type inboundResponse struct {
	UserAttributesToMap map[string]string `json:"userAttributesToMap"`
}

// fireInbound returns the claims that the mapping sees: what the provider said, or what the
// trigger made of it. Its answer is what is kept; an empty one keeps everything (guide, same
// page). null, of which the guide says nothing, is refused, so that nobody relies on it. The
// names are those of claims: that the mapping follows is the guide's order of the page and
// "before Amazon Cognito stores them"; it does not say so of pool attributes in the answer,
// and here they need a mapping too. userName is as in the guide's events.
func (p *Pool) fireInbound(provider identityProvider, answer federation.Answer, clientID string) (map[string]string, error) {
	request := inboundRequest{provider.Name, provider.Type, inboundAttributes{
		federation.Texts(answer.Token), federation.Texts(answer.ID), federation.Texts(answer.Info), federation.Texts(answer.SAML),
	}}
	name := p.store.fold(provider.Name + "_" + answer.Subject)
	response, err := p.fire(inboundFederation, p.newEvent("InboundFederation_ExternalProvider", name, clientID, request, inboundResponse{map[string]string{}}))
	var members struct {
		UserAttributesToMap json.RawMessage `json:"userAttributesToMap"`
	}
	if err == nil {
		err = decodeResponse(response, &members)
	}
	if err != nil {
		return nil, err
	}
	kept := map[string]string{}
	switch raw := bytes.TrimSpace(members.UserAttributesToMap); {
	case raw != nil && (!isObject(raw) || json.Unmarshal(raw, &kept) != nil):
		return nil, errUnrecognizable()
	case len(kept) == 0:
		return answer.Claims(), nil
	}
	return kept, nil
}
