package support

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/claims"
)

func TestEveryReasonHasWords(t *testing.T) {
	for _, reason := range []claims.Reason{
		claims.ReservedName, claims.UnusableName, claims.AmbiguousName, claims.DeclaredName, claims.UnusableValue,
		claims.Wildcard, claims.TooMany, claims.OverBudget, claims.EventVersion, claims.NoTenant,
	} {
		if why(reason) == "" {
			t.Errorf("%s has no words", reason)
		}
	}
}

// The size is that of a token signed as Cognito does.
func TestTheSizeIsThatOfASignedToken(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range []map[string]any{{}, {"a": "b"}, {"name": "Ada \u00e9", "n": json.Number("9007199254740993"), "l": []any{"x", 1}}} {
		token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims(content))
		delete(token.Header, "typ")
		token.Header["kid"] = strings.Repeat("k", 43) + "="
		text, err := token.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := encodedBytes(content), len(text); got != want {
			t.Errorf("%v has %d bytes, a signed one %d", content, got, want)
		}
	}
}

// Ids that are known are in the tokens, and the event's Region is the pool's.
func TestATokenHasTheIDsThatAreKnown(t *testing.T) {
	p, err := TokenQuestion{TokenSettings: settings.TokenSettings{Version: "3"}, Client: "web", ClientID: "4web", Pool: "eu-central-1_Xyz"}.Answer()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range p.Tokens {
		client := m.Claims["aud"]
		if m.Token == claims.Access {
			client = m.Claims["client_id"]
		}
		if client != "4web" || m.Claims["iss"] != "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Xyz" {
			t.Errorf("got %v", m.Claims)
		}
	}
}
