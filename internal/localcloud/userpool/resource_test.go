package userpool

import (
	"net/url"
	"testing"
)

func TestR55_TheResourceIsTheAudienceAlsoAfterARefresh(t *testing.T) {
	b := pagesRig(t, nil)
	b.member(t, "ada@example.com")
	for _, resource := range []string{"https://api.example/v1", "http://localhost:9000", "myapi://x", ""} {
		out, refusal := b.token(t, Client{ID: webClient}, exchange(b.signIn(t, map[string]string{"resource": resource}), nil))
		if refusal != "" {
			t.Fatal(refusal)
		}
		next, refusal := b.token(t, Client{ID: webClient}, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {out.RefreshToken}})
		if refusal != "" {
			t.Fatal(refusal)
		}
		for _, tokens := range []tokenOutput{out, next} {
			aud, given := b.verifiedToken(t, tokens.AccessToken)["aud"]
			if given != (resource != "") || given && aud != resource {
				t.Errorf("%q: the access token's aud is %v", resource, aud)
			}
			if aud := b.verifiedToken(t, tokens.IDToken)["aud"]; aud != webClient {
				t.Errorf("%q: the ID token's aud is %v", resource, aud)
			}
		}
	}
}
