package bearer_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer"
	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer/bearertest"
)

var (
	challengeForm = regexp.MustCompile(`^Bearer(?: [a-z_]+="[^"\\]*"(?:, [a-z_]+="[^"\\]*")*)?$`)
	fieldForm     = regexp.MustCompile(`([a-z_]+)="([^"]*)"`)
)

// challengeFields reads WWW-Authenticate; nil without one.
func challengeFields(t *testing.T, challenge string) map[string]string {
	t.Helper()
	if challenge == "" {
		return nil
	}
	if !challengeForm.MatchString(challenge) {
		t.Errorf("challenge %q", challenge)
	}
	fields := map[string]string{}
	for _, found := range fieldForm.FindAllStringSubmatch(challenge, -1) {
		fields[found[1]] = found[2]
	}
	return fields
}

func TestR90_AnAnswerSaysWhatToDo(t *testing.T) {
	issuer := bearertest.New(t)
	v := verifier(t, config(issuer))
	right := "Bearer " + issuer.Right()
	metadata := map[string]string{"resource_metadata": "https://api.example.com/.well-known/oauth-protected-resource/orders"}
	for name, c := range map[string]struct {
		handler       http.Handler
		authorization []string
		status        int
		want          map[string]string
	}{
		"no token":             {v.Require(ok), nil, 401, metadata},
		"no token, for scopes": {v.Require(ok, bearer.Scopes("app/read", "app/write")), nil, 401, with(metadata, "scope", "app/read app/write")},
		"a bad token":          {v.Require(ok, bearer.Scopes("app/read")), []string{"Bearer a.b.c"}, 401, with(metadata, "error", "invalid_token", "scope", "app/read")},
		"two headers":          {v.Require(ok, bearer.Scopes("app/read")), []string{right, right}, 400, with(metadata, "error", "invalid_request")},
		"scope": {
			v.Require(ok, bearer.Scopes("app/read"), bearer.Scopes("app/admin")),
			[]string{right},
			403,
			with(metadata, "error", "insufficient_scope", "scope", "app/read app/admin"),
		},
		"level": {
			v.Require(ok, bearer.MinACR(3)),
			[]string{right},
			401,
			with(metadata, "error", "insufficient_user_authentication", "acr_values", "urn:cognito:loa:3"),
		},
		"no age": {
			v.Require(ok, bearer.MaxAge(1)),
			[]string{right},
			401,
			with(metadata, "error", "insufficient_user_authentication", "max_age", "0"),
		},
		"age": {
			v.Require(ok, bearer.MaxAge(30*time.Second)),
			[]string{right},
			401,
			with(metadata, "error", "insufficient_user_authentication", "max_age", "30"),
		},
		"role": {v.Require(ok, bearer.Role("owner")), []string{right}, 403, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := ask(c.handler, c.authorization...)
			if got := challengeFields(t, w.Header().Get("WWW-Authenticate")); w.Code != c.status || !maps.Equal(got, c.want) {
				t.Errorf("%d %v, want %d %v", w.Code, got, c.status, c.want)
			}
			var body struct{ Message string }
			if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || body.Message == "" {
				t.Errorf("%q: %v", w.Body, err)
			}
		})
	}
}

func with(m map[string]string, more ...string) map[string]string {
	all := maps.Clone(m)
	for i := 0; i < len(more); i += 2 {
		all[more[i]] = more[i+1]
	}
	return all
}

// A marker in every claim and in the header must not come back.
func TestR90_NothingOfTheTokenIsRepeated(t *testing.T) {
	issuer := bearertest.New(t)
	v := verifier(t, config(issuer))
	claims := issuer.Claims()
	for name, value := range claims {
		if _, ok := value.(string); ok && name != "iss" {
			claims[name] = "marker" + value.(string)
		}
	}
	for _, authorization := range []string{"Bearer " + issuer.Sign(map[string]any{"typ": "marker"}, claims), "marker marker", "Bearer marker!"} {
		w := ask(v.Require(ok), authorization)
		if all := w.Body.String() + strings.Join(slices.Concat(slices.Collect(maps.Values(w.Header()))...), ""); w.Code == 200 || strings.Contains(all, "marker") {
			t.Errorf("%d %s", w.Code, all)
		}
	}
}

func TestR90_TheHandlerKnowsTheCaller(t *testing.T) {
	issuer := bearertest.New(t)
	v := verifier(t, config(issuer))
	var who bearer.Principal
	var known bool
	app := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { who, known = bearer.From(r.Context()) })
	claims := issuer.Claims()
	claims["acr"] = "urn:cognito:loa:2"
	ask(v.Require(app), "Bearer "+issuer.Sign(nil, claims))
	if !known || who.Subject != bearertest.Sub || who.Client != bearertest.Client || who.Username != "ada" || who.Machine ||
		!slices.Equal(who.Scopes, []string{"openid", "app/read", "app/write"}) || who.Tenant != bearertest.Tenant ||
		!slices.Equal(who.Roles, []string{"editor"}) || who.Version != 4 || who.Level != 2 ||
		!who.SignedIn.Equal(time.Unix(claims["auth_time"].(int64), 0)) || who.Claims["jti"] != "j-1" {
		t.Errorf("%+v", who)
	}
	claims = issuer.Claims()
	claims["sub"] = bearertest.Client
	delete(claims, "username")
	ask(v.Require(app, bearer.Machines()), "Bearer "+issuer.Sign(nil, claims))
	if !who.Machine || who.Subject != bearertest.Client {
		t.Errorf("%+v", who)
	}
	if _, known := bearer.From(t.Context()); known {
		t.Error("somebody calls where no token was checked")
	}
}

func TestR90_AWrongProgramIsToldAtItsStart(t *testing.T) {
	good := bearer.Config{Pool: bearertest.Pool, Clients: []string{bearertest.Client}}
	for name, c := range map[string]struct {
		change func(*bearer.Config)
		says   string
	}{
		"no pool":       {func(c *bearer.Config) { c.Pool = "" }, `Pool ""`},
		"an ARN":        {func(c *bearer.Config) { c.Pool = "arn:aws:cognito-idp:eu-west-1:1:userpool/" + bearertest.Pool }, "Pool"},
		"no client":     {func(c *bearer.Config) { c.Clients = nil }, "Clients"},
		"empty client":  {func(c *bearer.Config) { c.Clients = []string{"a", ""} }, "Clients"},
		"no URL":        {func(c *bearer.Config) { c.Resources = []string{"orders"} }, `"orders"`},
		"unparsable":    {func(c *bearer.Config) { c.Resources = []string{"https://a b"} }, "resource"},
		"fragment":      {func(c *bearer.Config) { c.Resources = []string{"https://api.example.com/#a"} }, "fragment"},
		"no own origin": {func(c *bearer.Config) { c.Server.Authorize = "https://auth.example.com/oauth2/authorize" }, "Server"},
	} {
		config := good
		c.change(&config)
		if _, err := bearer.New(config); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for says, demand := range map[string]bearer.Option{
		"Config.Rows": bearer.Fresh(1), `"https://other.example.com"`: bearer.RequireResource("https://other.example.com"), "level 5": bearer.MinACR(5), "level 1 ": bearer.MinACR(1),
	} {
		func() {
			defer func() {
				if said := recover(); (said == nil) != (says == "level 1 ") || said != nil && !strings.Contains(said.(string), says) {
					t.Errorf("%s: %v", says, said)
				}
			}()
			verifier(t, good).Require(ok, demand)
		}()
	}
}

func TestR90_AHeaderHasUpTo8Kilobytes(t *testing.T) {
	h := verifier(t, config(bearertest.New(t))).Require(ok)
	for length, want := range map[int]int{8192: 401, 8193: 400} {
		if got := status(h, strings.Repeat("a", length-len("Bearer "))); got != want {
			t.Errorf("%d bytes: %d", length, got)
		}
	}
}

func TestR90_WithoutLevelsNoRouteDemandsOne(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	verifier(t, bearer.Config{Pool: bearertest.Pool, Clients: []string{bearertest.Client}, Levels: map[string]int{}}).Require(ok, bearer.MinACR(1))
}

// Each of Cognito's four levels is known, and a challenge asks for the lowest that is enough.
func TestR90_TheLevelsAreCognitosOrTheConfigurations(t *testing.T) {
	issuer := bearertest.New(t)
	at := func(levels map[string]int, demanded int, acr string) (int, string) {
		c := config(issuer)
		c.Levels = levels
		claims := issuer.Claims()
		claims["acr"] = acr
		w := ask(verifier(t, c).Require(ok, bearer.MinACR(demanded)), "Bearer "+issuer.Sign(nil, claims))
		return w.Code, challengeFields(t, w.Header().Get("WWW-Authenticate"))["acr_values"]
	}
	for demanded := 1; demanded <= 4; demanded++ {
		for has := range 5 {
			status, asked := at(nil, demanded, fmt.Sprint("urn:cognito:loa:", has))
			if (status == 200) != (has >= demanded) || status != 200 && asked != fmt.Sprint("urn:cognito:loa:", demanded) {
				t.Errorf("level %d where %d is demanded: %d, asks for %q", has, demanded, status, asked)
			}
		}
	}
	own := map[string]int{"low": 1, "b": 3, "a": 3, "high": 9}
	if status, asked := at(own, 2, "low"); status != 401 || asked != "a" {
		t.Errorf("%d, asks for %q", status, asked)
	}
	if status, _ := at(own, 2, "high"); status != 200 {
		t.Errorf("a name of the configuration: %d", status)
	}
}

func TestR90_TheIssuersFollowFromThePool(t *testing.T) {
	for name, c := range map[string]struct {
		config bearer.Config
		want   []string
	}{
		"one Region": {bearer.Config{}, []string{"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Guard0001"}},
		"a replica": {bearer.Config{Regions: []string{"eu-central-1"}}, []string{
			"https://cognito-idp.eu-central-1.amazonaws.com/eu-west-1_Guard0001", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Guard0001",
		}},
		"both forms": {bearer.Config{NewIssuer: true}, []string{
			"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Guard0001", "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Guard0001",
		}},
		"China": {bearer.Config{Pool: "cn-north-1_Guard0001"}, []string{"https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Guard0001"}},
	} {
		if c.config.Pool == "" {
			c.config.Pool = bearertest.Pool
		}
		c.config.Clients, c.config.Resources = []string{bearertest.Client}, []string{bearertest.Resource}
		var document struct {
			Servers []string `json:"authorization_servers"`
		}
		w := httptest.NewRecorder()
		verifier(t, c.config).Metadata().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil || !slices.Equal(document.Servers, c.want) {
			t.Errorf("%s: %v %v", name, document.Servers, err)
		}
	}
}

// An empty setting must not open a route.
func TestR90_ADemandForNothingIsRefusedAtTheStart(t *testing.T) {
	for name, demand := range map[string]func() bearer.Option{
		"Scopes": func() bearer.Option { return bearer.Scopes() }, "MinACR": func() bearer.Option { return bearer.MinACR(0) },
		"MaxAge": func() bearer.Option { return bearer.MaxAge(0) }, "Fresh": func() bearer.Option { return bearer.Fresh(-1) },
		"RequireResource": func() bearer.Option { return bearer.RequireResource("") }, "Role": func() bearer.Option { return bearer.Role("") },
		"InTenant": func() bearer.Option { return bearer.InTenant(nil) },
	} {
		func() {
			defer func() {
				if says := recover(); says != "bearer: "+name+" demands nothing" {
					t.Errorf("%s: %v", name, says)
				}
			}()
			demand()
		}()
	}
}

func TestR90_ARoleOfATenantIsOneInNoOther(t *testing.T) {
	issuer := bearertest.New(t)
	v := verifier(t, config(issuer))
	global := issuer.Claims()
	delete(global, "tenant")
	for name, c := range map[string]struct {
		route http.Handler
		token string
		want  int
	}{
		"its own tenant":        {v.Require(ok, bearer.Role("editor"), bearer.InTenant(func(*http.Request) string { return bearertest.Tenant })), issuer.Right(), 200},
		"another tenant":        {v.Require(ok, bearer.Role("editor"), bearer.InTenant(func(*http.Request) string { return "globex" })), issuer.Right(), 403},
		"no tenant asked for":   {v.Require(ok, bearer.Role("editor")), issuer.Right(), 403},
		"a global role":         {v.Require(ok, bearer.Role("editor")), issuer.Sign(nil, global), 200},
		"any tenant":            {v.Require(ok, bearer.Role("editor"), bearer.AnyTenant()), issuer.Right(), 200},
		"any tenant, no role":   {v.Require(ok, bearer.Role("owner"), bearer.AnyTenant()), issuer.Right(), 403},
		"no role is asked for":  {v.Require(ok), issuer.Right(), 200},
		"a tenant that is none": {v.Require(ok, bearer.InTenant(func(*http.Request) string { return "" })), issuer.Sign(nil, global), 403},
	} {
		if got := status(c.route, c.token); got != c.want {
			t.Errorf("%s: %d", name, got)
		}
	}
}
