package page

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

func (s *suite) rulesViews() part {
	return part{views: []View{
		{Path: "/rules", Title: "Rules", Menu: true, Template: "rules.html", Data: s.asked(rules)},
		{Path: "/sign-up-preview", Title: "What the rules say", Template: "signup.html", Data: s.asked(signUpPreview)},
		{Path: "/explain", Title: "Explain a refusal", Template: "explain.html", Data: s.asked(explain)},
		{Path: "/check", Title: "The stage file", Template: "check.html", Data: s.asked(check)},
	}}
}

// Option changes what Start leaves at its default.
type Option func(*suite)

// WithStage says which stage acts, where an edit may have changed it; nil of it is the stage
// file's. Default: the stage file.
func WithStage(acts func() *settings.Stage) Option { return func(s *suite) { s.acts = acts } }

// WithStages says in which folder the stage files are. Default: infra/stages.
func WithStages(folder string) Option { return func(s *suite) { s.folder = folder } }

// WithSample says where the sample app is. Default: there is none.
func WithSample(address string) Option { return func(s *suite) { s.sample = address } }

// stageName is the name of the cloud's stage.
func (s *suite) stageName() string {
	return settings.StageOf(s.cloud.Stack.Name)
}

// stage returns the stage that acts.
func (s *suite) stage() (settings.Stage, error) {
	if s.acts != nil {
		if stage := s.acts(); stage != nil {
			return *stage, nil
		}
	}
	return settings.FindStage(s.folder, s.stageName())
}

// ruleList are the rules that act, with counts from the timeline.
type ruleList struct {
	Stage string      `json:"stage"`
	Rules []countRule `json:"rules"`
	// SignUps is how many sign-ups the timeline has.
	SignUps int `json:"signUps"`
	// RolledBack are the triggers whose functions run an older policy than this one.
	RolledBack []string `json:"rolledBack,omitempty"`

	Question question `json:"-"`
}

// countRule is a rule and its counts.
type countRule struct {
	support.Rule
	Refused     int `json:"refused"`
	WouldRefuse int `json:"wouldRefuse"`
	Passed      int `json:"passed"`
	// Tokens are those that it refused or demoted.
	Tokens int `json:"tokens"`
}

// rules is the view of the compiled policy.
func rules(s *suite, r *http.Request) (any, error) {
	stage, err := s.stage()
	if err != nil {
		return nil, err
	}
	list := ruleList{Stage: stage.Name, Rules: []countRule{}}
	for _, trigger := range triggers.Names() {
		if s.cloud.Functions.RolledBack(s.cloud.Outputs()[trigger+settings.FunctionNameOutput]) {
			list.RolledBack = append(list.RolledBack, trigger)
		}
	}
	for _, rule := range support.Rules(stage) {
		list.Rules = append(list.Rules, countRule{Rule: rule})
	}
	judges, err := judgesOf(stage)
	if err != nil {
		return nil, err
	}
	for _, e := range s.entries.Entries("", 0) {
		if e.Call != nil {
			for _, in := range e.Call.Invocations {
				list.count(in, e.Call.ClientID, judges)
			}
		}
	}
	if list.Question.Clients, err = s.clients(r.Context()); err != nil {
		return nil, err
	}
	return list, nil
}

// origins are those of the triggers' sources.
var origins = map[string]policy.Origin{
	"PreSignUp_SignUp": policy.Self, "PreSignUp_AdminCreateUser": policy.Admin, "PreSignUp_ExternalProvider": policy.External,
}

// judgesOf returns which rules judge whom.
func judgesOf(stage settings.Stage) (map[policy.Origin]map[string]bool, error) {
	all := map[policy.Origin]map[string]bool{}
	for _, origin := range origins {
		answer, err := support.SignUpQuestion{Stage: stage, Source: origin}.Answer()
		if err != nil {
			return nil, err
		}
		all[origin] = map[string]bool{}
		for _, v := range answer.Rules {
			all[origin][v.Rule] = v.Does != support.JudgesNot
		}
	}
	return all, nil
}

// count adds an invocation to its rules. Whom another rule refused is counted there only: what
// the others would have said is not in the log.
func (l *ruleList) count(in timeline.Invocation, client string, judges map[policy.Origin]map[string]bool) {
	origin, signUp := origins[in.Source]
	if in.Said == nil || in.ReplayOf != "" || !signUp && !isToken(in) {
		return
	}
	if signUp {
		l.SignUps++
	}
	for i := range l.Rules {
		r := &l.Rules[i]
		if own := l.ofClient(r.Rule.Rule, client); r.Client != own {
			continue
		}
		named := in.Said.Rule == r.Rule.Rule
		switch {
		case isToken(in) && named:
			r.Tokens++
		case isToken(in):
		case named && in.Said.Outcome == "refused":
			r.Refused++
		case slices.ContainsFunc(in.Said.WouldRefuse, func(code string) bool { return slices.Contains(r.Codes, code) }) && strings.HasPrefix(r.Standing, string(policy.Observe)):
			r.WouldRefuse++
		case in.Said.Outcome != "refused" && judges[origin][r.Rule.Rule]:
			r.Passed++
		}
	}
}

// ofClient returns the client if it has a rule of its own in the place of this one.
func (l *ruleList) ofClient(rule, client string) string {
	for _, r := range l.Rules {
		if r.Rule.Rule == rule && r.Client == client {
			return client
		}
	}
	return ""
}

// question is the form that asks what the rules say to somebody.
type question struct {
	Email, Phone, Attributes, UserName, Client, Source, Locale, Invite, Challenge string
	Clients                                                                       []client
}

// Sources are who may ask for an account.
func (question) Sources() []policy.Origin {
	return []policy.Origin{policy.Self, policy.Admin, policy.External}
}

// answered is the form with its answer.
type answered struct {
	support.SignUpPreview
	Question question `json:"-"`
}

// signUpPreview is the view of what the rules say. Attributes are lines of name=value; a
// program may send attr more than once.
func signUpPreview(s *suite, r *http.Request) (any, error) {
	stage, err := s.stage()
	if err != nil {
		return nil, err
	}
	if err := r.ParseForm(); err != nil {
		return nil, Problem{http.StatusBadRequest, "reading the question: " + err.Error()}
	}
	q := question{
		Email: r.FormValue("email"), Phone: r.FormValue("phone"), Attributes: onePerLine(r.Form["attr"]), UserName: r.FormValue("username"), Client: r.FormValue("client"),
		Source: r.FormValue("source"), Locale: r.FormValue("locale"), Invite: r.FormValue("invite"), Challenge: r.FormValue("challenge"),
	}
	has := map[string]string{}
	for _, line := range perLine(q.Attributes) {
		name, value, written := strings.Cut(line, "=")
		if !written || strings.TrimSpace(name) == "" {
			return nil, Problem{http.StatusBadRequest, "an attribute is a line name=value, such as custom:plan=gold"}
		}
		has[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	for name, value := range map[string]string{"email": q.Email, "phone_number": q.Phone} {
		if value != "" {
			has[name] = value
		}
	}
	source := policy.Origin(q.Source)
	if source != "" && !slices.Contains(q.Sources(), source) {
		return nil, Problem{http.StatusBadRequest, "the source is self, admin or external"}
	}
	shown := answered{Question: q}
	if shown.Question.Clients, err = s.clients(r.Context()); err != nil {
		return nil, err
	}
	shown.SignUpPreview, err = support.SignUpQuestion{
		Stage: stage, Client: q.Client, Source: source, UserName: q.UserName, Attributes: has, Invite: q.Invite, Challenge: q.Challenge, Locale: q.Locale, Now: s.now(),
	}.Answer()
	return shown, err
}

// explained is what a text means that somebody has read.
type explained struct {
	Text    string                `json:"text"`
	Answers []support.Explanation `json:"answers"`
	Problem string                `json:"problem,omitempty"`
}

func explain(s *suite, r *http.Request) (any, error) {
	found := explained{Text: r.FormValue("text"), Answers: []support.Explanation{}}
	if strings.TrimSpace(found.Text) == "" {
		return found, nil
	}
	stages, err := settings.DecodeStages(s.folder, s.stageName())
	if err != nil {
		return nil, err
	}
	found.Answers, err = support.Explain(found.Text, stages)
	if unknown, ok := errors.AsType[support.Unknown](err); ok {
		found.Problem, err = unknown.Error(), nil
	}
	return found, err
}

func check(s *suite, _ *http.Request) (any, error) {
	return support.Check(s.folder, s.stageName())
}
