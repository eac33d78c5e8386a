package userpool

// challengeResult is one step of a sign-in by CUSTOM_AUTH (guide, "Define Auth challenge
// Lambda trigger").
type challengeResult struct {
	ChallengeName     string  `json:"challengeName"`
	ChallengeResult   bool    `json:"challengeResult"`
	ChallengeMetadata *string `json:"challengeMetadata"`
}

// challengeRequest has the members of the three triggers' requests (guide, "Define Auth
// challenge", "Create Auth challenge" and "Verify Auth challenge response Lambda trigger").
type challengeRequest struct {
	UserAttributes             map[string]string  `json:"userAttributes"`
	ChallengeName              string             `json:"challengeName,omitempty"`
	Session                    *[]challengeResult `json:"session,omitempty"`
	PrivateChallengeParameters *map[string]string `json:"privateChallengeParameters,omitempty"`
	ChallengeAnswer            *string            `json:"challengeAnswer,omitempty"`
	ClientMetadata             map[string]string  `json:"clientMetadata,omitempty"`
	UserNotFound               *bool              `json:"userNotFound,omitempty"`
}

// The responses come with nulls (seen in amplify-js#5834 and #10447).
type (
	definePrefilled struct {
		ChallengeName      *string `json:"challengeName"`
		IssueTokens        *bool   `json:"issueTokens"`
		FailAuthentication *bool   `json:"failAuthentication"`
	}
	createPrefilled struct {
		Public            *struct{} `json:"publicChallengeParameters"`
		Private           *struct{} `json:"privateChallengeParameters"`
		ChallengeMetadata *string   `json:"challengeMetadata"`
	}
	verifyPrefilled struct {
		AnswerCorrect *bool `json:"answerCorrect"`
	}
)

type defineResponse struct {
	ChallengeName                   string
	IssueTokens, FailAuthentication bool
}

type createResponse struct {
	Public            map[string]string `json:"publicChallengeParameters"`
	Private           map[string]string `json:"privateChallengeParameters"`
	ChallengeMetadata *string
}

func (p *Pool) fireDefine(u user, client Client, metadata map[string]string) (next defineResponse, err error) {
	request := challengeRequest{Session: results(client.custom), ClientMetadata: metadata}
	return next, p.fireChallenge(defineAuthChallenge, "DefineAuthChallenge", u, client, request, definePrefilled{}, &next)
}

func (p *Pool) fireCreate(u user, client Client, metadata map[string]string) (made createResponse, err error) {
	request := challengeRequest{ChallengeName: customChallenge, Session: results(client.custom), ClientMetadata: metadata}
	return made, p.fireChallenge(createAuthChallenge, "CreateAuthChallenge", u, client, request, createPrefilled{}, &made)
}

// fireVerify reports whether VerifyAuthChallengeResponse calls the answer correct. The
// source is as in types and logs; one table of the guide has VerifyAuthChallenge.
func (p *Pool) fireVerify(u user, client Client, answer string, metadata map[string]string) (bool, error) {
	private := client.custom.private
	if private == nil {
		private = map[string]string{}
	}
	var response struct{ AnswerCorrect bool }
	request := challengeRequest{PrivateChallengeParameters: &private, ChallengeAnswer: &answer, ClientMetadata: metadata}
	err := p.fireChallenge(verifyAuthChallenge, "VerifyAuthChallengeResponse", u, client, request, verifyPrefilled{}, &response)
	return response.AnswerCorrect, err
}

// results is never null: the first DefineAuthChallenge sees an empty list.
func results(c *custom) *[]challengeResult {
	list := append([]challengeResult{}, c.results...)
	return &list
}

func (p *Pool) fireChallenge(trigger, source string, u user, client Client, request challengeRequest, prefilled, into any) error {
	if err := p.wired(trigger); err != nil {
		return err
	}
	request.UserAttributes, request.UserNotFound = p.attributesOf(u), client.notFound(u)
	ev := p.newEvent(source+"_Authentication", nameFor(u, client.custom.typed), client.ID, request, prefilled)
	response, err := p.fire(trigger, ev)
	if err != nil {
		return err
	}
	return decodeResponse(response, into)
}

// wired refuses CUSTOM_AUTH in a pool without one of its triggers. Clients have seen the
// sentence about the first one (amplify-js#7401).
func (p *Pool) wired(trigger string) error {
	if !p.has(trigger) {
		return invalidParameter("Custom auth lambda trigger is not configured for the user pool.")
	}
	return nil
}
