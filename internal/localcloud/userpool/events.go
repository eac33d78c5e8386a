package userpool

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
)

// event is what a function receives: the members of every trigger (guide, "Customizing
// user pool workflows with Lambda triggers", shared parameters), the trigger's request,
// and the response that Cognito prefills.
type event struct {
	Version       string        `json:"version"`
	TriggerSource string        `json:"triggerSource"`
	Region        string        `json:"region"`
	UserPoolID    string        `json:"userPoolId"`
	UserName      string        `json:"userName"`
	CallerContext callerContext `json:"callerContext"`
	Request       any           `json:"request"`
	Response      any           `json:"response"`
}

type callerContext struct {
	AwsSdkVersion string `json:"awsSdkVersion"`
	ClientID      string `json:"clientId"`
}

// noClient is the client id in the events of admin calls, which have no app client (seen
// in localstack#2964).
const noClient = "CLIENT_ID_NOT_APPLICABLE"

// newEvent fills in the header. Every trigger but pre token generation has version "1".
func (p *Pool) newEvent(source, userName, clientID string, request, response any) event {
	return event{
		Version: "1", TriggerSource: source,
		Region: p.cfg().Region, UserPoolID: p.cfg().ID, UserName: userName,
		CallerContext: callerContext{AwsSdkVersion: "aws-sdk-unknown-unknown", ClientID: clientID},
		Request:       request, Response: response,
	}
}

func (e event) encode() ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		return nil, fmt.Errorf("encoding the %s event: %w", e.TriggerSource, err)
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

// preSignUpRequest is as in guide, "Pre sign-up Lambda trigger". sub and
// cognito:user_status do not exist yet. validationData is null if the caller sent none
// (seen in amplify docs#4147).
type preSignUpRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ValidationData map[string]string `json:"validationData"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

type preSignUpResponse struct {
	AutoConfirmUser bool `json:"autoConfirmUser"`
	AutoVerifyEmail bool `json:"autoVerifyEmail"`
	AutoVerifyPhone bool `json:"autoVerifyPhone"`
}

// postConfirmationRequest is as in guide, "Post confirmation Lambda trigger".
type postConfirmationRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

// preAuthenticationRequest is as in guide, "Pre authentication Lambda trigger". userNotFound
// is there only for a client that prevents user existence errors.
type preAuthenticationRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ValidationData map[string]string `json:"validationData"`
	UserNotFound   *bool             `json:"userNotFound,omitempty"`
}

// postAuthenticationRequest is as in guide, "Post authentication Lambda trigger".
type postAuthenticationRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	NewDeviceUsed  bool              `json:"newDeviceUsed"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

// preTokenRequest is as in guide, "Pre token generation Lambda trigger". Scopes exist
// from version two on. A machine's group configuration is null (guide, "The token
// endpoint", client credentials).
type preTokenRequest struct {
	UserAttributes     map[string]string   `json:"userAttributes"`
	GroupConfiguration *groupConfiguration `json:"groupConfiguration"`
	Scopes             []string            `json:"scopes,omitzero"`
	ClientMetadata     map[string]string   `json:"clientMetadata,omitempty"`
}

type groupConfiguration struct {
	GroupsToOverride   []string `json:"groupsToOverride"`
	IAMRolesToOverride []string `json:"iamRolesToOverride"`
	PreferredRole      *string  `json:"preferredRole"`
}

// The responses of pre token generation come with a null inside.
type preTokenResponseV1 struct {
	ClaimsOverrideDetails *struct{} `json:"claimsOverrideDetails"`
}

type preTokenResponseV2 struct {
	ClaimsAndScopeOverrideDetails *struct{} `json:"claimsAndScopeOverrideDetails"`
}

func (p *Pool) firePostConfirmation(u user, source, clientID string, metadata map[string]string) error {
	request := postConfirmationRequest{UserAttributes: p.eventAttributes(u), ClientMetadata: metadata}
	_, err := p.fire(postConfirmation, p.newEvent("PostConfirmation_"+source, u.username, clientID, request, struct{}{}))
	return err
}

func (p *Pool) firePostAuthentication(u user, clientID string, newDevice bool, metadata map[string]string) error {
	request := postAuthenticationRequest{UserAttributes: p.eventAttributes(u), NewDeviceUsed: newDevice, ClientMetadata: metadata}
	_, err := p.fire(postAuthentication, p.newEvent("PostAuthentication_Authentication", u.username, clientID, request, struct{}{}))
	return err
}

// eventAttributes returns the attributes as a trigger sees them: the user's own, sub, the
// status and, in alias pools, the verified addresses that are sign-in names. All values
// are strings.
func (p *Pool) eventAttributes(u user) map[string]string {
	seen := maps.Clone(u.attributes)
	seen["sub"] = u.sub
	seen["cognito:user_status"] = u.status
	for attribute, alias := range map[string]string{"email": "cognito:email_alias", "phone_number": "cognito:phone_number_alias"} {
		if p.isAlias(attribute) && u.verified(attribute) {
			seen[alias] = u.attributes[attribute]
		}
	}
	return seen
}

// eventVersion returns the event's version for a pre token generation trigger, "" for a
// LambdaVersion that does not exist.
func eventVersion(t Trigger) string {
	return map[string]string{"": "1", "V1_0": "1", "V2_0": "2", "V3_0": "3"}[t.Version]
}
