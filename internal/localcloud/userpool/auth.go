package userpool

import "slices"

type initiateAuthInput struct {
	ofPool         // AdminInitiateAuth only
	AuthFlow       string
	AuthParameters map[string]string
	ClientID       string `json:"ClientId"`
	ClientMetadata map[string]string
	Session        string // of a sign-up, for USER_AUTH
}

type respondInput struct {
	ofPool             // AdminRespondToAuthChallenge only
	ChallengeName      string
	ChallengeResponses map[string]string
	ClientID           string `json:"ClientId"`
	Session            string
	ClientMetadata     map[string]string
}

// authOutput is the answer of every call that completes or continues a sign-in.
type authOutput struct {
	AuthenticationResult *authResult       `json:",omitempty"`
	ChallengeName        string            `json:",omitempty"`
	AvailableChallenges  []string          `json:",omitempty"`
	ChallengeParameters  map[string]string `json:",omitempty"`
	Session              string            `json:",omitempty"`
}

type authResult struct {
	AccessToken  string
	ExpiresIn    int
	IDToken      string `json:"IdToken"`
	RefreshToken string `json:",omitempty"`
	TokenType    string
	// NewDeviceMetadata offers to confirm a device.
	NewDeviceMetadata *newDevice `json:",omitempty"`
}

// initiateAuth passes its ClientMetadata to PreAuthentication as validationData; it reaches
// neither PostAuthentication nor pre token generation (guide, "Pre authentication" and "Pre
// token generation Lambda trigger").
func (p *Pool) initiateAuth(in initiateAuthInput) (authOutput, error) {
	return p.initiate(in, flows())
}

func (p *Pool) adminInitiateAuth(in initiateAuthInput) (authOutput, error) {
	return p.initiate(in, adminFlows())
}

func (p *Pool) initiate(in initiateAuthInput, here map[string]flow) (authOutput, error) {
	client, err := p.clientByID(in.ClientID)
	if err != nil {
		return authOutput{}, err
	}
	flow, known := here[in.AuthFlow]
	_, public := flows()[in.AuthFlow]
	_, admin := adminFlows()[in.AuthFlow]
	switch {
	case !known && (public || admin): // awsdocs/aws-doc-sdk-examples#5289
		return authOutput{}, invalidParameter("Initiate Auth method not supported.")
	case !known:
		return authOutput{}, invalidParameter("AuthFlow %s: the local user pool does not simulate it.", in.AuthFlow)
	case client.allows("CUSTOM_AUTH_FLOW_ONLY") && !slices.Contains(flow.needs, "CUSTOM_AUTH_FLOW_ONLY"):
		// amplify-js#3379
		return authOutput{}, invalidParameter("Only custom auth (lambda driven) is enabled for this client.")
	case !slices.ContainsFunc(flow.needs, client.allows):
		return authOutput{}, invalidParameter("%s", flow.refusal)
	}
	params := in.AuthParameters
	if err = demand(params, flow.params...); err == nil && flow.params[0] == "USERNAME" {
		err = client.checkSecretHash(params["USERNAME"], params["SECRET_HASH"])
	}
	if err != nil {
		return authOutput{}, err
	}
	client.device = params["DEVICE_KEY"]
	return flow.begin(p, client, in)
}

// respondToAuthChallenge goes on with a sign-in. Its ClientMetadata reaches both triggers
// (guide, "Post authentication" and "Pre token generation Lambda trigger",
// clientMetadata).
func (p *Pool) respondToAuthChallenge(in respondInput) (authOutput, error) {
	in.UserPoolID = "" // a client that sends one is no administrator
	return p.adminRespondToAuthChallenge(in)
}

func (p *Pool) adminRespondToAuthChallenge(in respondInput) (authOutput, error) {
	answer, known := answers()[in.ChallengeName]
	if !known {
		return authOutput{}, invalidParameter("ChallengeName %s: the local user pool does not simulate it.", in.ChallengeName)
	}
	client, err := p.client(in.ClientID, in.ChallengeResponses["USERNAME"], in.ChallengeResponses["SECRET_HASH"])
	if err != nil {
		return authOutput{}, err
	}
	client.device, client.custom = p.named(in), p.store.waiting(in.Session).custom.proving(in.ChallengeName)
	if in.UserPoolID != "" {
		client.said = in.ClientMetadata // guide, "Custom message Lambda trigger": of this form only
	}
	return answer(p, client, in)
}

// demand refuses a request without one of the parameters.
func demand(parameters map[string]string, names ...string) error {
	for _, name := range names {
		if parameters[name] == "" {
			return invalidParameter("Missing required parameter %s", name)
		}
	}
	return nil
}
