package claims

import (
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// audienceClaim is the name of the audience. An access token has it only if a trigger
// adds it or the session is bound to a resource.
const audienceClaim = "aud"

// setAudience sets the audience of an access token if the profile asks for it. It can be
// nothing but the event's app client: Cognito takes no other (developer guide, "Pre token
// generation Lambda trigger", footnote 4 of the table of claims).
func (w *writer) setAudience() {
	switch {
	case w.profile.access.audience != policy.ClientAudience:
	case !usableAudience(w.request.client):
		w.drop(Access, audienceClaim, UnusableValue)
	default:
		w.grant.Access.audience = w.request.client
	}
}

// mostAudience is the longest id of an app client.
const mostAudience = 128

// usableAudience reports whether a text can be an app client's id: 1 to 128 letters,
// digits, underscores and plus signs (API reference, ClientIdType). None needs an escape.
func usableAudience(text string) bool {
	return text != "" && len(text) <= mostAudience && strings.Trim(text, alphanumerics+"_+") == ""
}

// audienceBytes returns what an audience of so many bytes adds to a token.
func audienceBytes(length int) int { return len(`"aud":"",`) + length }
