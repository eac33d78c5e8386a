package userpool

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"net/http"
	"slices"
)

// authEvent is AuthEventType: what threat protection notes of a user. No risk is judged here.
type authEvent struct {
	ID                 string `json:"EventId"`
	EventType          string // SignIn, SignUp, ForgotPassword, PasswordChange or ResendCode
	CreationDate       epoch
	EventResponse      string // Pass, Fail or InProgress
	EventRisk          eventRisk
	ChallengeResponses []challengeResponse `json:",omitempty"`
	EventContextData   struct {
		IPAddress string `json:"IpAddress"`
	}
	EventFeedback *eventFeedback `json:",omitempty"`

	number int64
}

type eventRisk struct {
	RiskDecision                   string
	CompromisedCredentialsDetected bool
}

type challengeResponse struct{ ChallengeName, ChallengeResponse string }

type eventFeedback struct {
	FeedbackValue, Provider string
	FeedbackDate            epoch
}

// maxEvents bounds what is kept of a user; AWS keeps two years (guide, "Viewing user event
// history").
const maxEvents = 1000

// eventTypes are the operations that are noted.
var eventTypes = map[string]string{
	"InitiateAuth": "SignIn", "AdminInitiateAuth": "SignIn", "RespondToAuthChallenge": "SignIn", "AdminRespondToAuthChallenge": "SignIn",
	"SignUp": "SignUp", "ForgotPassword": "ForgotPassword", "ResendConfirmationCode": "ResendCode",
	"ConfirmForgotPassword": "PasswordChange", "ChangePassword": "PasswordChange",
}

// eventChallenges are what the API calls the flows and challenges that prove something.
var eventChallenges = map[string]string{
	"USER_PASSWORD_AUTH": "Password", "ADMIN_USER_PASSWORD_AUTH": "Password", "ADMIN_NO_SRP_AUTH": "Password", "PASSWORD_VERIFIER": "Password",
	byPassword: "Password", sms2: "Mfa", totp2: "Mfa", email2: "Mfa",
}

// noteCall notes the outcome of an operation, if threat protection is on. The answer to a
// challenge goes on with the event of its sign-in. Refreshes are no sign-ins.
func (p *Pool) noteCall(r *http.Request, operation string, body []byte, out any, err error) {
	kind := eventTypes[operation]
	if kind == "" || !p.cfg().threatProtection() {
		return
	}
	var in caller
	if json.Unmarshal(body, &in) != nil || in.AuthFlow == "REFRESH_TOKEN_AUTH" || in.AuthFlow == "REFRESH_TOKEN" {
		return
	}
	name := in.name()
	if in.AccessToken != "" {
		if u, _, err := p.holder(in.AccessToken); err == nil {
			name = u.username
		}
	}
	auth, _ := out.(authOutput)
	p.note(r, name, kind, cmp.Or(eventChallenges[in.ChallengeName], eventChallenges[in.AuthFlow]), outcome(err, auth.ChallengeName), in.ChallengeName != "")
}

func outcome(err error, next string) string {
	switch {
	case err != nil:
		return "Fail"
	case next != "":
		return "InProgress"
	}
	return "Pass"
}

// note keeps one event. A name that nobody has leaves none.
func (p *Pool) note(r *http.Request, name, kind, challenge, result string, goesOn bool) {
	u, known := p.store.find(name)
	if !known || !p.cfg().threatProtection() {
		return
	}
	e := authEvent{ID: newUUID(), EventType: kind, CreationDate: epoch(p.now()), EventResponse: result, EventRisk: eventRisk{RiskDecision: "NoRisk"}}
	e.EventContextData.IPAddress, _, _ = net.SplitHostPort(r.RemoteAddr)
	if challenge != "" {
		e.ChallengeResponses = []challengeResponse{{challenge, map[bool]string{true: "Failure", false: "Success"}[result == "Fail"]}}
	}
	s := p.store
	s.mu.Lock()
	defer s.mu.Unlock()
	events := s.events[s.fold(u.username)]
	if at := len(events) - 1; goesOn && at >= 0 && events[at].EventType == kind && events[at].EventResponse == "InProgress" {
		events[at].EventResponse = result
		events[at].ChallengeResponses = append(events[at].ChallengeResponses, e.ChallengeResponses...)
		return
	}
	if len(events) > 0 {
		e.number = events[len(events)-1].number + 1
	}
	s.events[s.fold(u.username)] = append(events[max(0, len(events)-maxEvents+1):], e)
}

// threatProtection reports whether sign-ins are noted: in AUDIT and ENFORCED (API reference,
// UserPoolAddOnsType).
func (c *Config) threatProtection() bool {
	return c.AdvancedSecurityMode == "AUDIT" || c.AdvancedSecurityMode == "ENFORCED"
}

func (p *Pool) addOn() error {
	if !p.cfg().threatProtection() {
		return refuse("UserPoolAddOnNotEnabledException", "Threat protection is not enabled for the user pool")
	}
	return nil
}

type eventsInput struct {
	ofUser
	paging
	EventID       string `json:"EventId"`
	FeedbackValue string
}

// adminListUserAuthEvents returns the newest event first.
func (p *Pool) adminListUserAuthEvents(u user, in eventsInput) (object, error) {
	if err := p.addOn(); err != nil {
		return nil, err
	}
	p.store.mu.Lock()
	all := slices.Clone(p.store.events[p.store.fold(u.username)])
	p.store.mu.Unlock()
	return pageOf(p, eventsList, in.paging, u.sub, all, func(e authEvent) string { return fmt.Sprintf("%019d", math.MaxInt64-e.number) }, same)
}

// adminUpdateAuthEventFeedback keeps what an administrator says of an event. AWS does not
// name the providers of feedback.
func (p *Pool) adminUpdateAuthEventFeedback(u user, in eventsInput) (empty, error) {
	if err := p.addOn(); err != nil {
		return empty{}, err
	}
	if in.FeedbackValue != "Valid" && in.FeedbackValue != "Invalid" {
		return empty{}, oneOf("feedbackValue", "Valid", "Invalid")
	}
	p.store.mu.Lock()
	defer p.store.mu.Unlock()
	events := p.store.events[p.store.fold(u.username)]
	at := slices.IndexFunc(events, func(e authEvent) bool { return e.ID == in.EventID })
	if at < 0 {
		return empty{}, refuse("ResourceNotFoundException", "The user has no such event")
	}
	events[at].EventFeedback = &eventFeedback{in.FeedbackValue, "Admin", epoch(p.now())}
	return empty{}, nil
}

// updateAuthEventFeedback takes the token of a notification about a risk. This pool judges
// no risk and sends none, so every token is a wrong one.
func (p *Pool) updateAuthEventFeedback(eventsInput) (empty, error) {
	return empty{}, cmp.Or(p.addOn(), error(notAuthorized("Invalid feedback token")))
}
