package page

import (
	"slices"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/infra/support/token"
	"github.com/cognito-triggers/cognito-triggers/internal/claims"
)

// A token that lost all its scopes shows them.
func TestR62_AScopeThatWasTakenOutIsShown(t *testing.T) {
	m := issued(claims.Access, map[string]any{}, token.Changes{ScopesSuppressed: []string{"app/write"}}, nil, support.TokenPreview{})
	if lines := m.Lines(); len(lines) != 1 || lines[0].Mark != "-" || lines[0].Value != "-app/write" {
		t.Errorf("got %+v", lines)
	}
}

// The token that was made is weighed as the preview weighs it: a scope counts. Where there is
// no token now, nobody says that nothing might have been added.
func TestR62_AMadeTokenSaysWhatWasAdded(t *testing.T) {
	says := map[string]any{"scope": "aws.cognito.signin.user.admin app/read"}
	changes := token.Changes{ScopesAdded: []string{"app/read"}}
	now := support.TokenPreview{Tokens: []support.MadeToken{{Token: claims.Access, Budget: 2048}}}
	for want, preview := range map[string]support.TokenPreview{"added 9 of 2048 bytes": now, "added 9 bytes": {Refused: "no"}} {
		m := issued(claims.Access, says, changes, nil, preview)
		column := columnsOf("made", []support.MadeToken{m})[0]
		if !slices.Contains(column.Sizes(), want) || column.Lines()[0].Origin == "Cognito" {
			t.Errorf("want %s: got %+v", want, column)
		}
	}
}
