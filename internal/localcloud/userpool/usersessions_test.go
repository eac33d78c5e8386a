package userpool

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// sessionsOf returns the sessions that an administrator sees, newest first.
func (r *rig) sessionsOf(t *testing.T, name string) []map[string]any {
	t.Helper()
	var out []map[string]any
	for _, s := range r.must(t, "AdminListUserSessions", inPool("Username", name))["Sessions"].([]any) {
		out = append(out, s.(map[string]any))
	}
	slices.SortFunc(out, func(a, b map[string]any) int { return int(b["CreateDate"].(float64) - a["CreateDate"].(float64)) })
	return out
}

func TestR58_SessionsAreListedAndRevoked(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	before := r.signsIn(t, "ada@example.com")
	for operation, in := range map[string]map[string]any{
		"AdminListUserSessions": inPool("Username", "ada@example.com"), "ListUserSessions": {"AccessToken": before["AccessToken"]},
		"AdminRevokeUserSession": inPool("Username", "ada@example.com", "SessionId", sessionID("tkn", "")),
	} {
		_, err := r.raw(t, operation, in)
		t.Log(operation)
		wantCode(t, err, "OperationNotEnabledException")
	}
	r.clock.pass(time.Minute)
	r.track(t, 20)
	first := r.signsIn(t, "ada@example.com")
	r.clock.pass(time.Minute)
	second := r.signsIn(t, "ada@example.com")
	all := r.sessionsOf(t, "ada@example.com")
	if len(all) != 2 {
		t.Fatalf("listed %v, want the two that began while tracked", all)
	}
	form := regexp.MustCompile(`^tkn[a-z0-9]{25}$`)
	if s := all[0]; !form.MatchString(s["SessionId"].(string)) || s["SessionType"] != "TOKEN" || s["ClientId"] != webClient || s["IsCurrentSession"] != false {
		t.Errorf("the session is %v", s)
	}
	hers := r.must(t, "ListUserSessions", map[string]any{"AccessToken": second["AccessToken"]})["Sessions"].([]any)
	for _, s := range hers {
		session := s.(map[string]any)
		if current := session["SessionId"] == all[0]["SessionId"]; session["IsCurrentSession"] != current {
			t.Errorf("which is current: %v", session)
		}
	}
	r.clock.pass(time.Minute)
	r.must(t, "GetTokensFromRefreshToken", map[string]any{"ClientId": webClient, "RefreshToken": first["RefreshToken"]})
	refreshed := r.sessionsOf(t, "ada@example.com")
	if len(refreshed) != 2 || refreshed[1]["LastActiveDate"].(float64) != refreshed[1]["CreateDate"].(float64)+120 {
		t.Errorf("after a rotation: %v", refreshed)
	}
	_, err := r.raw(t, "RevokeUserSession", map[string]any{"AccessToken": second["AccessToken"], "SessionId": all[0]["SessionId"]})
	wantCode(t, err, "InvalidParameterException")
	r.must(t, "RevokeUserSession", map[string]any{"AccessToken": second["AccessToken"], "SessionId": all[1]["SessionId"]})
	_, err = r.raw(t, "GetUser", map[string]any{"AccessToken": first["AccessToken"]})
	wantRefusal(t, err, "NotAuthorizedException", "Access Token has been revoked")
	r.must(t, "AdminRevokeUserSession", inPool("Username", "ada@example.com", "SessionId", all[0]["SessionId"]))
	_, err = r.raw(t, "GetUser", map[string]any{"AccessToken": second["AccessToken"]})
	wantRefusal(t, err, "NotAuthorizedException", "Access Token has been revoked")
	_, err = r.raw(t, "AdminRevokeUserSession", inPool("Username", "ada@example.com", "SessionId", all[0]["SessionId"]))
	wantCode(t, err, "ResourceNotFoundException")
	r.must(t, "GetUser", map[string]any{"AccessToken": before["AccessToken"]})
}

// Nobody sees or ends another user's session.
func TestR58_ASessionIsItsUsersOnly(t *testing.T) {
	r := startRig(t, nil)
	r.track(t, 20)
	r.member(t, "ada@example.com")
	r.member(t, "eve@example.com")
	r.signsIn(t, "ada@example.com")
	eve := r.signsIn(t, "eve@example.com")
	ada, _ := r.store.find("ada@example.com")
	now, id := r.now(), sessionID("sso", "x")
	r.store.visits["old"] = visit{username: ada.username, sub: ada.sub, id: sessionID("sso", "old"), began: now, expires: now}
	r.store.visits["x"] = visit{username: ada.username, sub: ada.sub, id: id, began: now, expires: now.Add(time.Minute)}
	if all := r.sessionsOf(t, "eve@example.com"); len(all) != 1 {
		t.Errorf("eve's sessions are %v", all)
	}
	hers := r.sessionsOf(t, "ada@example.com")
	if len(hers) != 2 {
		t.Fatalf("ada's sessions are %v", hers)
	}
	for _, s := range hers {
		_, err := r.raw(t, "RevokeUserSession", map[string]any{"AccessToken": eve["AccessToken"], "SessionId": s["SessionId"]})
		wantCode(t, err, "ResourceNotFoundException")
	}
	if len(r.sessionsOf(t, "ada@example.com")) != 2 {
		t.Error("a session is gone")
	}
	_, err := r.raw(t, "AdminRevokeUserSession", inPool("Username", "ada@example.com", "SessionId", id, "RevokeAssociatedSessions", "ALL"))
	wantRefusal(t, err, "InvalidParameterException", "1 validation error detected: Value at 'revokeAssociatedSessions' failed to satisfy constraint: Member must satisfy enum value set: [NONE, LINKED]")
}

func TestR58_SessionTrackingIsASwitch(t *testing.T) {
	r := startRig(t, nil)
	configuration := func(on string, most int) map[string]any {
		return inPool("UserSessionTracking", on, "TokenSession", map[string]any{"MaxPerUser": most})
	}
	if got := r.must(t, "GetUserPoolSessionConfiguration", inPool()); fmt.Sprint(got) != fmt.Sprint(configuration("DISABLED", 20)) {
		t.Errorf("at first %v", got)
	}
	r.member(t, "ada@example.com")
	r.track(t, 100)
	r.signsIn(t, "ada@example.com")
	r.clock.pass(time.Minute)
	if got := r.must(t, "SetUserPoolSessionConfiguration", configuration("ENABLED", 1)); fmt.Sprint(got) != fmt.Sprint(configuration("ENABLED", 1)) {
		t.Errorf("set to %v", got)
	}
	if all := r.sessionsOf(t, "ada@example.com"); len(all) != 1 {
		t.Errorf("on again, the sessions are %v", all)
	}
	r.must(t, "SetUserPoolSessionConfiguration", configuration("DISABLED", 1))
	_, err := r.raw(t, "AdminListUserSessions", inPool("Username", "ada@example.com"))
	wantCode(t, err, "OperationNotEnabledException")
	lite := startRig(t, func(c *Config, _ *Options) { c.Tier, c.Triggers = "LITE", nil })
	_, err = lite.raw(t, "SetUserPoolSessionConfiguration", configuration("ENABLED", 1))
	wantRefusal(t, err, "FeatureUnavailableInTierException", "UserSessionTracking: it needs the ESSENTIALS or PLUS plan, the pool has LITE")
}

func TestR58_ALimitOfSessionsEndsTheOneThatIsUnusedLongest(t *testing.T) {
	r := startRig(t, nil)
	r.track(t, 2)
	r.member(t, "ada@example.com")
	r.member(t, "eve@example.com")
	other := r.signsIn(t, "eve@example.com")
	var tokens []map[string]any
	for range 2 {
		tokens = append(tokens, r.signsIn(t, "ada@example.com"))
		r.clock.pass(time.Minute)
	}
	r.must(t, "GetTokensFromRefreshToken", map[string]any{"ClientId": webClient, "RefreshToken": tokens[0]["RefreshToken"]})
	r.clock.pass(time.Minute)
	tokens = append(tokens, r.signsIn(t, "ada@example.com"))
	for i, alive := range []bool{true, false, true} {
		if _, err := r.raw(t, "GetUser", map[string]any{"AccessToken": tokens[i]["AccessToken"]}); (err == nil) != alive {
			t.Errorf("session %d: %v", i, err)
		}
	}
	r.track(t, 1) // "the user is brought back within the limit on their next sign-in"
	tokens = append(tokens, r.signsIn(t, "ada@example.com"))
	if all := r.sessionsOf(t, "ada@example.com"); len(all) != 1 {
		t.Errorf("under a lower limit: %v", all)
	}
	for _, alive := range []map[string]any{other, tokens[3]} {
		r.must(t, "GetUser", map[string]any{"AccessToken": alive["AccessToken"]})
	}
	r.track(t, 2)
	got := r.must(t, "GetUserPoolSessionConfiguration", inPool())
	if fmt.Sprint(got) != fmt.Sprint(inPool("UserSessionTracking", "ENABLED", "TokenSession", map[string]any{"MaxPerUser": 2})) {
		t.Errorf("the configuration is %v", got)
	}
	const bounds = "1 validation error detected: Value at 'tokenSession.maxPerUser' failed to satisfy constraint: Member must have value between 1 and 100"
	for _, c := range []struct {
		on   string
		most int
		want string
	}{
		{"ENABLED", 0, bounds},
		{"ENABLED", 101, bounds},
		{"ON", 2, "1 validation error detected: Value at 'userSessionTracking' failed to satisfy constraint: Member must satisfy enum value set: [ENABLED, DISABLED]"},
	} {
		_, err := r.raw(t, "SetUserPoolSessionConfiguration", inPool("UserSessionTracking", c.on, "TokenSession", map[string]any{"MaxPerUser": c.most}))
		wantRefusal(t, err, "InvalidParameterException", c.want)
	}
}

// A browser's sign-in is a session that a token session came through.
func TestR58_ABrowsersSessionEndsWithItsTokensIfLinked(t *testing.T) {
	for linked, alive := range map[string]bool{"NONE": true, "LINKED": false} {
		b := pagesRig(t, nil)
		b.track(t, 20)
		b.member(t, "ada@example.com")
		tokens, _ := b.token(t, Client{ID: webClient}, exchange(b.signIn(t, nil), nil))
		var sso, token map[string]any
		for _, s := range b.sessionsOf(t, "ada@example.com") {
			if s["SessionType"] == "SSO" {
				sso = s
			} else {
				token = s
			}
		}
		if sso == nil || token == nil || token["OriginSessionId"] != sso["SessionId"] || !strings.HasPrefix(fmt.Sprint(sso["SessionId"]), "sso") {
			t.Fatalf("the sessions are %v and %v", sso, token)
		}
		b.must(t, "AdminRevokeUserSession", inPool("Username", "ada@example.com", "SessionId", sso["SessionId"], "RevokeAssociatedSessions", linked))
		if left := len(b.sessionsOf(t, "ada@example.com")); (left == 1) != alive {
			t.Errorf("%s: %d sessions are left", linked, left)
		}
		_, refusal := b.token(t, Client{ID: webClient}, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens.RefreshToken}})
		if (refusal == "") != alive {
			t.Errorf("%s: a refresh gets %q", linked, refusal)
		}
	}
}

// A token session ends its browser's sign-in and codes, too, if linked; other browsers stay
// signed in.
func TestR58_ATokenSessionEndsItsBrowsersSessionIfLinked(t *testing.T) {
	for linked, alive := range map[string]bool{"": true, "LINKED": false} {
		b := pagesRig(t, nil)
		b.track(t, 20)
		b.member(t, "ada@example.com")
		b.rig.browser(t).signIn(t, nil)
		if _, refusal := b.token(t, Client{ID: webClient}, exchange(b.signIn(t, nil), nil)); refusal != "" { // whose code stays, spent
			t.Fatal(refusal)
		}
		b.open(t, "/oauth2/authorize", request(nil)) // a code for the browser that is signed in
		var token map[string]any
		for _, s := range b.sessionsOf(t, "ada@example.com") {
			if s["SessionType"] == "TOKEN" {
				token = s
			}
		}
		b.must(t, "AdminRevokeUserSession", inPool("Username", "ada@example.com", "SessionId", token["SessionId"], "RevokeAssociatedSessions", linked))
		for _, a := range b.store.authorized {
			if linked != "" && a.visit == token["OriginSessionId"] {
				t.Error("a code of the browser's session is left")
			}
		}
		visits, codes := len(b.store.visits), len(b.store.authorized)
		if (visits == 2) != alive || (codes == 3) != alive || visits == 0 || codes == 0 {
			t.Errorf("%q: %d visits and %d codes are left", linked, visits, codes)
		}
	}
}
