package userpool

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/golang-jwt/jwt/v5"
)

func TestR56_TheIssuerIsAWSsOwnUnlessAskedOtherwise(t *testing.T) {
	const original, updated = "https://cognito-idp.eu-central-1.amazonaws.com/" + poolUnderTest, "https://issuer-cognito-idp.eu-central-1.amazonaws.com/" + poolUnderTest
	for name, c := range map[string]struct{ setting, option, want string }{
		"nothing said":         {"", "", original},
		"the setting":          {"UPDATED", "", updated},
		"the setting's other":  {"ORIGINAL", "", original},
		"asked":                {"", "updated", updated},
		"asked against":        {"UPDATED", "original", original},
		"the pool's own place": {"UPDATED", "local", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := startRig(t, func(cfg *Config, o *Options) {
				cfg.Issuer, o.Issuer = c.setting, c.option
				cfg.Domain = "demo"
			})
			want := c.want
			if want == "" {
				want = r.URL() + "/" + poolUnderTest
			}
			r.member(t, "ada@example.com")
			tokens := r.login(t, "ada@example.com", longPassword)
			for _, token := range []*string{tokens.IdToken, tokens.AccessToken} {
				claims := jwt.MapClaims{}
				if _, err := jwt.ParseWithClaims(*token, claims, r.keyByID(t), jwt.WithIssuer(want), jwt.WithTimeFunc(r.clock.now)); err != nil {
					t.Error(err)
				}
			}
			if _, err := r.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: tokens.AccessToken}); err != nil {
				t.Errorf("the pool refuses its own token: %v", err)
			}
			var document map[string]any
			getJSON(t, r.URL()+"/"+poolUnderTest+"/.well-known/openid-configuration", &document)
			if document["issuer"] != want {
				t.Errorf("the issuer of discovery is %v", document["issuer"])
			}
			for member, value := range document {
				if text, ok := value.(string); ok && member != "issuer" && !strings.HasPrefix(text, r.URL()+"/") {
					t.Errorf("%s is elsewhere: %s", member, text)
				}
			}
		})
	}
}

// The keys of two pools differ, but a test or a mistake may make them equal.
func TestR56_ATokenOfAnotherIssuerIsRefused(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	claims := jwt.MapClaims{}
	token := r.login(t, "ada@example.com", longPassword).AccessToken
	if _, _, err := jwt.NewParser().ParseUnverified(*token, claims); err != nil {
		t.Fatal(err)
	}
	key, err := testKeys.access()
	if err != nil {
		t.Fatal(err)
	}
	for iss, ok := range map[string]bool{
		r.Issuer(): true, "https://issuer-cognito-idp.eu-central-1.amazonaws.com/" + poolUnderTest: true, r.URL() + "/" + poolUnderTest: true,
		r.URL() + "/eu-central-1_Other": false, "https://cognito-idp.us-east-1.amazonaws.com/" + poolUnderTest: false, "": false,
		"https://cognito-idp.eu-central-1.amazonaws.com/" + poolUnderTest + "/": false, "https://evil.example/" + poolUnderTest: false,
	} {
		claims["iss"] = iss
		forged, err := key.sign(claims)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: &forged}); (err == nil) != ok {
			t.Errorf("%q: %v", iss, err)
		}
	}
}

func TestR56_ASignedOperationNeedsASignature(t *testing.T) {
	r := startRig(t, nil)
	for name := range r.ops {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL(), strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Amz-Target", target+name)
		got, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var said map[string]any
		_ = json.NewDecoder(got.Body).Decode(&said)
		_ = got.Body.Close()
		refused := got.Header.Get("X-Amzn-Errortype") == "MissingAuthenticationTokenException:" && said["message"] == "Missing Authentication Token"
		if refused != !r.unsigned(name) {
			t.Errorf("%s without a signature: %s", name, got.Header.Get("X-Amzn-Errortype"))
		}
	}
	if _, err := r.api.ListUsers(t.Context(), &idp.ListUsersInput{UserPoolId: aws.String(poolUnderTest)}); err != nil {
		t.Errorf("with a signature: %v", err)
	}
}

func TestEveryCodeIsTheOneThatWasAskedFor(t *testing.T) {
	var sent []string
	r := startRig(t, func(_ *Config, o *Options) {
		o.Code = "123456"
		o.OnMail = func(m Message) { sent = append(sent, m.Purpose+" "+m.Code) }
	})
	r.member(t, "ada@example.com")
	if _, err := r.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: aws.String(webClient), Username: aws.String("ada@example.com")}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(sent, ", "); got != "signup 123456, reset 123456" {
		t.Errorf("sent %s", got)
	}
	for _, bad := range []Options{{Code: "12345"}, {Code: "12345x"}, {Code: "1234567"}, {Issuer: "aws"}} {
		if p, err := Start(baseConfig(), &functions{}, bad); err == nil || strings.Contains(err.Error(), "\n") || bad.Code != "" && !strings.Contains(err.Error(), "want six digits") {
			t.Errorf("%q %q: %v", bad.Code, bad.Issuer, err)
			if p != nil {
				_ = p.Close()
			}
		}
	}
}

// Clients read the documents by these members (OpenID Connect Discovery, section 3).
func TestR56_DiscoverySaysWhatAPoolDoes(t *testing.T) {
	for _, domain := range []string{"", "demo"} {
		r := startRig(t, func(c *Config, _ *Options) { c.Domain = domain })
		want := map[string]any{
			"issuer": r.Issuer(), "jwks_uri": r.URL() + "/" + poolUnderTest + "/.well-known/jwks.json", "subject_types_supported": []any{"public"},
			"token_endpoint_auth_methods_supported": []any{"client_secret_basic", "client_secret_post"}, "id_token_signing_alg_values_supported": []any{"RS256"},
			"response_types_supported": []any{"code", "token"}, "scopes_supported": []any{"openid", "email", "phone", "profile"},
		}
		if domain != "" {
			for name, path := range map[string]string{"authorization": "/oauth2/authorize", "token": "/oauth2/token", "userinfo": "/oauth2/userInfo", "revocation": "/oauth2/revoke", "end_session": "/logout"} {
				want[name+"_endpoint"] = r.URL() + path
			}
		}
		for _, name := range []string{"openid-configuration", "jwks.json"} {
			res, err := http.Get(r.URL() + "/" + poolUnderTest + "/.well-known/" + name)
			if err != nil {
				t.Fatal(err)
			}
			var got map[string]any
			if err := json.NewDecoder(res.Body).Decode(&got); err != nil || res.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s is %s: %v", name, res.Header.Get("Content-Type"), err)
			}
			_ = res.Body.Close()
			if name == "openid-configuration" && !reflect.DeepEqual(got, want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		}
	}
}
