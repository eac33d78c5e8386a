package userpool

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

type callKey struct{}

// callOf returns the call that a request is.
func callOf(r *http.Request) *timeline.Call { return r.Context().Value(callKey{}).(*timeline.Call) }

// report tells Options.OnCall of a request that has been answered. p is nil if it found no
// pool.
func (s *service) report(p *Pool, r *http.Request, body []byte, answer *door.Tap) {
	call := *callOf(r)
	call.Millis = float64(time.Since(call.Start).Microseconds()) / 1000
	call.Operation, call.Origin, call.Status = r.Method+" "+r.URL.Path, r.Header.Get("Origin"), answer.Status
	call.Agent = cmp.Or(r.Header.Get("X-Amz-User-Agent"), r.UserAgent())
	var by caller
	if operation, asked := askedIdentity(r); asked {
		call.Operation, call.Request = operation, body
	} else if r.URL.Path == "/" {
		call.Operation = cmp.Or(named(r), call.Operation)
		call.Administrator = !s.home.unsigned(call.Operation)
		call.Request = body
		_ = json.Unmarshal(body, &by) // the operation has said what is wrong with it
	} else {
		fields := formOf(r, body)
		call.Request, _ = json.Marshal(fields)
		by = caller{ClientID: fields["client_id"], Username: fields["username"]}
	}
	if p != nil {
		call.PoolID = p.cfg().ID
	}
	bearer := claimed(by.AccessToken)
	call.ClientID, call.Username = cmp.Or(by.ClientID, bearer.ClientID), cmp.Or(by.name(), bearer.Username)
	answered(&call, answer)
	s.opts.OnCall(call)
}

// caller are the members of a request that say who sends it and for whom.
type caller struct {
	ClientID                           string `json:"ClientId"`
	Username, AccessToken              string
	AuthFlow, ChallengeName            string
	AuthParameters, ChallengeResponses map[string]string
}

func (c caller) name() string {
	return cmp.Or(c.Username, c.AuthParameters["USERNAME"], c.ChallengeResponses["USERNAME"])
}

// claims are those by which a token says whose it is.
type claims struct {
	Iss, Username string
	ClientID      string `json:"client_id"`
}

// claimed returns what a token says, zero for what is none. Nothing is verified.
func claimed(token string) (c claims) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims{}
	}
	if payload, err := base64.RawURLEncoding.DecodeString(parts[1]); err != nil || json.Unmarshal(payload, &c) != nil {
		return claims{}
	}
	return c
}

// formOf returns the query and the form of a request. The code of a redirect, which is the
// SAMLResponse of a SAML provider, and the form's token stay out: they are somebody's sign-in.
func formOf(r *http.Request, body []byte) map[string]string {
	fields := map[string]string{}
	form, _ := url.ParseQuery(string(body))
	for _, values := range []url.Values{r.URL.Query(), form} {
		for name, value := range values {
			fields[name] = strings.Join(value, " ")
		}
	}
	if id, _, basic := r.BasicAuth(); basic {
		fields["client_id"] = id
	}
	if strings.HasPrefix(r.URL.Path, "/oauth2/") {
		delete(fields, "code")
	}
	delete(fields, "SAMLResponse")
	delete(fields, "_csrf")
	return fields
}

// answered adds the answer as a client reads it: of an SDK's refusal __type and message, of
// an OAuth answer and of a redirect error and error_description.
func answered(call *timeline.Call, answer *door.Tap) {
	if strings.Contains(answer.Header().Get("Content-Type"), "json") {
		call.Answer = answer.Body.Bytes()
		var said struct {
			Type             string `json:"__type"`
			Message          string
			Error            string
			ErrorDescription string `json:"error_description"`
		}
		if answer.Status >= http.StatusBadRequest {
			_ = json.Unmarshal(call.Answer, &said)
		}
		call.Error, call.Message = cmp.Or(said.Type, said.Error), cmp.Or(said.Message, said.ErrorDescription)
	} else if to, err := url.Parse(answer.Header().Get("Location")); err == nil && to.Path+to.Host != "" {
		said := to.Query()
		call.Error, call.Message = said.Get("error"), said.Get("error_description")
		call.Location = (&url.URL{Scheme: to.Scheme, Host: to.Host, Path: to.Path}).String()
	}
}
