package userpool

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/passkey/passkeytest"
)

// world is a process with several pools in which everybody calls every operation at random.
// Of what the calls did it remembers the tokens alone, and which of them have ended.
type world struct {
	*signIns
	tokens     []*issued
	web        Client
	order      []string // in which operations come
	next       int
	last       string
	registered *passkeytest.Key // waits for its registration
	credential json.RawMessage
}

// issued are the tokens of one session.
type issued struct {
	access, refresh     string
	Sub, Client, Origin string
	ended               bool
}

// any calls one operation, and says what has ended with it.
func (w *world) any(t *rapid.T) {
	name := w.order[w.next%len(w.order)]
	if after, ok := follows[w.last]; ok && rapid.IntRange(0, 3).Draw(t, "follows") > 0 {
		name = after
	} else {
		w.next++
	}
	w.last = name
	body := object{}
	for _, member := range strings.Fields(requests[name]) {
		value := rapid.SampledFrom(w.values(member)).Draw(t, member)
		if rapid.IntRange(0, 19).Draw(t, "hostile") == 0 {
			value = rapid.SampledFrom(nonsense).Draw(t, member)
		}
		if value != nil || rapid.Bool().Draw(t, "null") {
			body[member] = value
		}
	}
	ends := w.ending(name, body)
	var out struct {
		authOutput
		CredentialCreationOptions json.RawMessage
	}
	if err := w.call(t, name, body, &out); err != nil {
		return
	}
	for _, i := range w.tokens {
		i.ended = i.ended || ends(i)
	}
	w.registers(t, name, out.CredentialCreationOptions)
	w.uploads()
	if result := out.AuthenticationResult; result != nil {
		w.refreshed(t, name, body, result)
	}
	if _, there := w.p.store.client(webClient); !there {
		set(w.p.store, w.p.store.clients, webClient, w.web)
	}
}

// uploads gives every new job a file, whose rows take long enough for a stop.
func (w *world) uploads() {
	for _, p := range w.p.service.all() {
		for _, job := range p.imports() {
			_, _ = p.editImport(job.JobID, func(job *importJob) error {
				if job.Status == jobCreated {
					job.file = []byte("cognito:username,password_hash\n" + strings.Repeat("x,\n", 2000))
				}
				return nil
			})
		}
	}
}

// registers makes the authenticator's answer to a registration, and keeps its key.
func (w *world) registers(t *rapid.T, name string, options json.RawMessage) {
	var err error
	switch {
	case name == "CompleteWebAuthnRegistration":
		w.keys, w.credential = append(w.keys, w.registered), nil
	case options != nil:
		if w.registered, err = passkeytest.New(); err == nil {
			w.credential, err = w.registered.Register(options)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// ending says which sessions a request is to end, read before it is made.
func (w *world) ending(name string, body object) func(*issued) bool {
	text := func(member string) string { s, _ := body[member].(string); return s }
	holder := w.of(func(i *issued) bool { return i.access == text("AccessToken") })
	home := text("UserPoolId") == w.p.cfg().ID
	switch name {
	case "AdminDeleteUser", "AdminDisableUser", "AdminUserGlobalSignOut":
		u, _ := w.p.store.find(text("Username"))
		return func(i *issued) bool { return home && i.Sub == u.sub }
	case "DeleteUser", "GlobalSignOut":
		return func(i *issued) bool { return i.Sub == holder.Sub }
	case "RevokeToken":
		of := w.of(func(i *issued) bool { return i.refresh == text("Token") })
		return func(i *issued) bool { return i.Origin == of.Origin }
	case "AdminRevokeUserSession", "RevokeUserSession":
		return func(i *issued) bool {
			return (home || name[0] == 'R') && sessionID("tkn", i.Origin) == text("SessionId")
		}
	case "DeleteUserPoolClient":
		return func(i *issued) bool { return home && i.Client == text("ClientId") }
	case "DeleteUserPool":
		return func(*issued) bool { return home }
	}
	return func(*issued) bool { return false }
}

func (w *world) of(which func(*issued) bool) issued {
	if i := slices.IndexFunc(w.tokens, which); i >= 0 {
		return *w.tokens[i]
	}
	return issued{Sub: "none", Origin: "none"}
}

// refreshed takes tokens that a refresh token was given for, or the session of a software
// token that was verified. No other request that signIns does not know the proof of may have any.
func (w *world) refreshed(t *rapid.T, name string, body object, result *authResult) {
	session, _ := body["Session"].(string)
	if waits := w.sessions[session]; body["ChallengeName"] == "MFA_SETUP" && waits.first && waits.totp != "" {
		if said, _ := body["ChallengeResponses"].(object); said["DEVICE_KEY"] != nil {
			waits.device, _ = said["DEVICE_KEY"].(string)
		}
		waits.second = true
		w.came(t, authOutput{AuthenticationResult: result}, nil, waits)
		return
	}
	token, _ := body["RefreshToken"].(string)
	old := w.of(func(i *issued) bool { return i.refresh == token })
	if name != "GetTokensFromRefreshToken" || old.ended || old.access == "" {
		t.Fatalf("%s %v: tokens, of a session that has ended %v", name, body, old.ended)
	}
	w.issued(t, result.AccessToken, result.RefreshToken)
}

func (w *world) issued(t *rapid.T, access, refresh string) {
	i := &issued{access: access, refresh: refresh}
	var claims struct {
		Sub    string
		Client string `json:"client_id"`
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(access, ".")[1])
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		t.Fatal(access, err)
	}
	i.Sub, i.Client, i.Origin = claims.Sub, claims.Client, w.p.originOf(access)
	w.tokens = append(w.tokens, i)
}

// take adds the tokens that steps have led to.
func (w *world) take(t *rapid.T) {
	for refresh, access := range w.refresh {
		if w.of(func(i *issued) bool { return i.access == access }).access == "" {
			w.issued(t, access, refresh)
		}
	}
}

// refuses fails if a token of a session that has ended is taken, or a token of one pool by
// another one.
func (w *world) refuses(t *rapid.T) {
	w.take(t)
	for _, i := range w.tokens {
		if i.ended && w.call(t, "GetUser", object{"AccessToken": i.access}, nil) == nil {
			t.Fatalf("an access token is taken after its session: %+v", *i)
		}
		if i.ended && i.refresh != "" && w.call(t, "GetTokensFromRefreshToken", object{"RefreshToken": i.refresh, "ClientId": i.Client}, nil) == nil {
			t.Fatalf("a refresh token is taken after its session: %+v", *i)
		}
		for _, p := range w.p.service.all() {
			id := p.cfg().ID
			if id != w.p.cfg().ID && w.call(t, "GetUser", object{"UserPoolId": id, "AccessToken": i.access}, nil) == nil {
				t.Fatalf("a token of %s is taken by %s", w.p.cfg().ID, id)
			}
		}
	}
}

// call sends a request as a client does.
func (m *signIns) call(t *rapid.T, name string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("X-Amz-Target", target+name)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 local")
	answer := httptest.NewRecorder()
	m.p.service.ServeHTTP(answer, r)
	switch {
	case answer.Code >= http.StatusInternalServerError || !json.Valid(answer.Body.Bytes()):
		t.Fatalf("%s %s: %d %s", name, body, answer.Code, answer.Body)
	case answer.Code == http.StatusOK:
		m.answered[name]++
	default:
		return refuse(answer.Header().Get("X-Amzn-Errortype"), "%s", answer.Body)
	}
	if out != nil && json.Unmarshal(answer.Body.Bytes(), out) != nil {
		t.Fatalf("%s: %s", name, answer.Body)
	}
	return nil
}

// Every operation may come at any time, with good members and with bad ones: nothing breaks,
// no tokens come but for the factors that the settings demand, and no token counts after the
// end of its session or in another pool.
func TestR54_EveryOperationInAnyOrder(t *testing.T) {
	answered, reached := map[string]int{}, map[string]int{}
	names := slices.Sorted(maps.Keys(operations()))
	if own := slices.Sorted(maps.Keys(requests)); !slices.Equal(own, names) {
		t.Fatalf("the table of requests has %v\nthe pool has %v", own, names)
	}
	drawn := form.Check(t, 5, 30, 2000, func(t *rapid.T) { everythingAtRandom(t, reached, answered) })
	never := slices.DeleteFunc(names, func(name string) bool { return answered[name] > 0 })
	t.Logf("%d histories reached %v; answered %v; never %v", drawn, reached, answered, never)
	if drawn >= 2000 && !slices.Equal(never, []string{"UpdateAuthEventFeedback"}) { // refused always
		t.Errorf("only refused: %v", never)
	}
}

// everythingAtRandom draws one history.
func everythingAtRandom(t *rapid.T, reached, answered map[string]int) {
	m := startSignIns(t, reached, answered)
	defer m.p.Close()
	w := &world{signIns: m}
	kept := newNoting()
	m.p.service.opts.OnCall = kept.add
	defer kept.silent(t, longPassword)
	w.web, _ = m.p.store.client(webClient)
	w.order = rapid.Permutation(slices.Sorted(maps.Keys(requests))).Draw(t, "order")
	act := func(t *rapid.T) {
		for range 3 {
			w.take(t)
			w.any(t)
			if w.user().sub == "" && rapid.IntRange(0, 4).Draw(t, "again") == 0 {
				m.imports(t)
			}
		}
	}
	actions := map[string]func(*rapid.T){
		"any": act, "begin": m.begin, "answer": m.answer, "set up": m.setUp, "settings": m.settings,
		"preference": m.preference, "passkey": m.passkey, "device": m.device, "sign up": m.signUp,
	}
	names := append(slices.Sorted(maps.Keys(actions)), "any", "any", "any", "any", "any", "answer")
	for range 3 {
		m.begin(t)
		m.answer(t)
		m.answer(t)
	}
	for range 120 {
		actions[rapid.SampledFrom(names).Draw(t, "action")](t)
		if rapid.IntRange(0, 9).Draw(t, "look") == 0 {
			w.refuses(t)
		}
	}
	w.refuses(t)
}
