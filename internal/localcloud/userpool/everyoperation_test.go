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

// requests are the members that a request of each operation has. Those of a sign-in are wrong
// ones here: the right ones are signIns'.
var requests = map[string]string{
	"AddCustomAttributes":              "UserPoolId CustomAttributes",
	"AddUserPoolClientSecret":          "UserPoolId ClientId ClientSecret",
	"AdminAddUserToGroup":              "UserPoolId Username GroupName",
	"AdminConfirmSignUp":               "UserPoolId Username ClientMetadata",
	"AdminCreateUser":                  "UserPoolId Username TemporaryPassword UserAttributes MessageAction",
	"AdminDeleteSoftwareToken":         "UserPoolId Username",
	"AdminDeleteUser":                  "UserPoolId Username",
	"AdminDeleteUserAttributes":        "UserPoolId Username UserAttributeNames",
	"AdminDisableProviderForUser":      "UserPoolId User",
	"AdminDisableUser":                 "UserPoolId Username",
	"AdminEnableUser":                  "UserPoolId Username",
	"AdminForgetDevice":                "UserPoolId Username DeviceKey",
	"AdminGetDevice":                   "UserPoolId Username DeviceKey",
	"AdminGetUser":                     "UserPoolId Username",
	"AdminGetUserAuthFactors":          "UserPoolId Username",
	"AdminInitiateAuth":                "UserPoolId ClientId AuthFlow AuthParameters Session",
	"AdminLinkProviderForUser":         "UserPoolId DestinationUser SourceUser",
	"AdminListDevices":                 "UserPoolId Username Limit PaginationToken",
	"AdminListGroupsForUser":           "UserPoolId Username Limit NextToken",
	"AdminListUserAuthEvents":          "UserPoolId Username MaxResults NextToken",
	"AdminListUserSessions":            "UserPoolId Username MaxResults",
	"AdminRemoveUserFromGroup":         "UserPoolId Username GroupName",
	"AdminResetUserPassword":           "UserPoolId Username",
	"AdminRespondToAuthChallenge":      "UserPoolId ClientId ChallengeName ChallengeResponses Session",
	"AdminRevokeUserSession":           "UserPoolId Username SessionId RevokeAssociatedSessions",
	"AdminSetUserMFAPreference":        "UserPoolId Username SMSMfaSettings SoftwareTokenMfaSettings EmailMfaSettings WebAuthnMfaSettings",
	"AdminSetUserPassword":             "UserPoolId Username Password Permanent",
	"AdminSetUserSettings":             "UserPoolId Username MFAOptions",
	"AdminUpdateAuthEventFeedback":     "UserPoolId Username EventId FeedbackValue",
	"AdminUpdateDeviceStatus":          "UserPoolId Username DeviceKey DeviceRememberedStatus",
	"AdminUpdateUserAttributes":        "UserPoolId Username UserAttributes",
	"AdminUserGlobalSignOut":           "UserPoolId Username",
	"AssociateSoftwareToken":           "AccessToken Session",
	"ChangePassword":                   "AccessToken PreviousPassword ProposedPassword",
	"CompleteWebAuthnRegistration":     "AccessToken Credential",
	"ConfirmDevice":                    "AccessToken DeviceKey DeviceSecretVerifierConfig",
	"ConfirmForgotPassword":            "ClientId Username ConfirmationCode Password",
	"ConfirmSignUp":                    "ClientId Username ConfirmationCode Session ForceAliasCreation",
	"CreateGroup":                      "UserPoolId GroupName Precedence Description",
	"CreateIdentityProvider":           "UserPoolId ProviderName ProviderType ProviderDetails IdpIdentifiers AttributeMapping",
	"CreateResourceServer":             "UserPoolId Identifier Name Scopes",
	"CreateUserPool":                   "PoolName MfaConfiguration DeletionProtection Policies Schema",
	"CreateUserPoolClient":             "UserPoolId ClientName ExplicitAuthFlows GenerateSecret RefreshTokenValidity AllowedOAuthFlows AllowedOAuthScopes",
	"CreateUserPoolDomain":             "UserPoolId Domain",
	"DeleteGroup":                      "UserPoolId GroupName",
	"DeleteIdentityProvider":           "UserPoolId ProviderName",
	"DeleteResourceServer":             "UserPoolId Identifier",
	"DeleteUser":                       "AccessToken",
	"DeleteUserAttributes":             "AccessToken UserAttributeNames",
	"DeleteUserPool":                   "UserPoolId",
	"DeleteUserPoolClient":             "UserPoolId ClientId",
	"DeleteUserPoolClientSecret":       "UserPoolId ClientId ClientSecretId",
	"DeleteUserPoolDomain":             "UserPoolId Domain",
	"DeleteWebAuthnCredential":         "AccessToken CredentialId",
	"DescribeIdentityProvider":         "UserPoolId ProviderName",
	"DescribeResourceServer":           "UserPoolId Identifier",
	"DescribeUserPool":                 "UserPoolId",
	"DescribeUserPoolClient":           "UserPoolId ClientId",
	"DescribeUserPoolDomain":           "Domain",
	"ForgetDevice":                     "AccessToken DeviceKey",
	"ForgotPassword":                   "ClientId Username",
	"GetCSVHeader":                     "UserPoolId",
	"GetClientToken":                   "ClientId Secret Scopes",
	"GetDevice":                        "AccessToken DeviceKey",
	"GetGroup":                         "UserPoolId GroupName",
	"GetIdentityProviderByIdentifier":  "UserPoolId IdpIdentifier",
	"GetTokensFromRefreshToken":        "ClientId RefreshToken ClientSecret DeviceKey",
	"GetUser":                          "AccessToken",
	"GetUserAttributeVerificationCode": "AccessToken AttributeName",
	"GetUserAuthFactors":               "AccessToken",
	"GetUserPoolMfaConfig":             "UserPoolId",
	"GetUserPoolSessionConfiguration":  "UserPoolId",
	"GlobalSignOut":                    "AccessToken",
	"InitiateAuth":                     "ClientId AuthFlow AuthParameters Session",
	"ListDevices":                      "AccessToken Limit PaginationToken",
	"ListGroups":                       "UserPoolId Limit NextToken",
	"ListIdentityProviders":            "UserPoolId MaxResults NextToken",
	"ListResourceServers":              "UserPoolId MaxResults NextToken",
	"ListTagsForResource":              "ResourceArn",
	"ListUserPoolClientSecrets":        "UserPoolId ClientId NextToken",
	"ListUserPoolClients":              "UserPoolId MaxResults NextToken",
	"ListUserPools":                    "MaxResults NextToken",
	"ListUserSessions":                 "AccessToken MaxResults",
	"ListUsers":                        "UserPoolId Limit PaginationToken Filter AttributesToGet",
	"ListUsersInGroup":                 "UserPoolId GroupName Limit NextToken",
	"ListWebAuthnCredentials":          "AccessToken MaxResults NextToken",
	"ResendConfirmationCode":           "ClientId Username",
	"RespondToAuthChallenge":           "ClientId ChallengeName ChallengeResponses Session",
	"RevokeToken":                      "ClientId Token ClientSecret",
	"RevokeUserSession":                "AccessToken SessionId RevokeAssociatedSessions",
	"SetUserMFAPreference":             "AccessToken SMSMfaSettings SoftwareTokenMfaSettings EmailMfaSettings WebAuthnMfaSettings",
	"SetUserPoolMfaConfig":             "UserPoolId MfaConfiguration SmsMfaConfiguration SoftwareTokenMfaConfiguration",
	"SetUserPoolSessionConfiguration":  "UserPoolId UserSessionTracking TokenSession",
	"SetUserSettings":                  "AccessToken MFAOptions",
	"SignUp":                           "ClientId Username Password UserAttributes",
	"StartWebAuthnRegistration":        "AccessToken",
	"TagResource":                      "ResourceArn Tags",
	"UntagResource":                    "ResourceArn TagKeys",
	"UpdateAuthEventFeedback":          "UserPoolId Username EventId FeedbackToken FeedbackValue",
	"UpdateDeviceStatus":               "AccessToken DeviceKey DeviceRememberedStatus",
	"UpdateGroup":                      "UserPoolId GroupName Precedence Description",
	"UpdateIdentityProvider":           "UserPoolId ProviderName ProviderDetails",
	"UpdateResourceServer":             "UserPoolId Identifier Name Scopes",
	"UpdateUserAttributes":             "AccessToken UserAttributes",
	"UpdateUserPool":                   "UserPoolId MfaConfiguration DeletionProtection Policies",
	"UpdateUserPoolClient":             "UserPoolId ClientId ClientName ExplicitAuthFlows RefreshTokenValidity",
	"UpdateUserPoolDomain":             "UserPoolId Domain ManagedLoginVersion",
	"VerifySoftwareToken":              "AccessToken Session UserCode",
	"VerifyUserAttribute":              "AccessToken AttributeName Code",
}

// values are what a member may be, the good ones more often; nil leaves it out.
func (w *world) values(member string) []any {
	u, s := w.user(), w.p.store
	yes, no := object{"Enabled": true}, object{"Enabled": false}
	newest, _ := s.code("ada", func(code) bool { return true })
	var clients, pools, access, refresh, sessions, sso, devices, events, keys []any
	for _, c := range s.clientList() {
		clients = append(clients, c.ID)
	}
	for _, p := range w.p.service.all() {
		pools = append(pools, p.cfg().ID)
	}
	for _, i := range w.tokens {
		for range map[bool]int{true: 1, false: 4}[i.ended] {
			access, refresh, sso = append(access, i.access), append(refresh, i.refresh), append(sso, sessionID("tkn", i.Origin))
		}
	}
	for session := range w.sessions {
		sessions = append(sessions, session)
	}
	for _, key := range w.offers {
		devices = append(devices, key)
	}
	for _, e := range s.events["ada"] {
		events = append(events, e.ID)
	}
	for _, k := range u.passkeys {
		keys = append(keys, k.ID())
	}
	sorted := func(list []any, more ...any) []any {
		slices.SortFunc(list, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		return append(list, more...)
	}
	home, secret := w.p.cfg().ID, any(nil)
	if c, _ := s.client(machine().ID); c.Secret != "" {
		secret = c.Secret
	}
	names := []any{"ada", "ada", "ada", "bea", "eve", "Ada", ada, u.sub, "nobody"}
	passwords := []any{longPassword, longPassword, "Another-horse-8", "weak", ""}
	switch member {
	case "UserPoolId":
		return append(sorted(pools), home, home, home, home, "eu-central-1_Nobody123")
	case "Username":
		return names
	case "ClientId":
		return sorted(clients, webClient, webClient, machine().ID, "nobody")
	case "AccessToken":
		return append(access, "e.e.e")
	case "Token", "RefreshToken":
		return append(refresh, "x")
	case "Session":
		return sorted(sessions, nil, "x")
	case "SessionId":
		return append(sso, "x")
	case "DeviceKey":
		return append(devices, nil, "x")
	case "EventId":
		return append(events, "x")
	case "Credential":
		if w.credential != nil {
			return []any{w.credential, w.credential, w.credential, object{}}
		}
	case "UserCode":
		return []any{"000000", totpCode(u.totpNew, w.clock.now().Unix()/30)}
	case "CredentialId":
		return append(keys, "x")
	case "ConfirmationCode":
		return []any{newest.value, newest.value, "000000"}
	case "Code":
		c, _ := s.code("ada", func(c code) bool { return c.purpose == "attribute" })
		return []any{c.value, c.value, "000000"}
	case "Password", "TemporaryPassword", "PreviousPassword", "ProposedPassword":
		return passwords
	case "GroupName":
		return []any{"admins", "editors", "g", "g"}
	case "UserAttributes":
		return []any{nil, []any{attribute{"email", ada}, attribute{"email_verified", "true"}}, []any{attribute{"email", ada}}, []any{attribute{"phone_number", "+491701"}, attribute{"phone_number_verified", "true"}}}
	case "UserAttributeNames", "AttributesToGet":
		return []any{[]any{"phone_number"}, []any{"custom:plan"}, []any{"email"}}
	case "AttributeName":
		return []any{"email", "phone_number", "name"}
	case "User", "DestinationUser":
		return []any{object{"ProviderName": "Cognito", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "ada"}, object{"ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "1"}}
	case "SourceUser":
		return []any{object{"ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "1"}}
	case "ProviderName":
		return []any{"Google", "Other", "Other"}
	case "IdpIdentifier":
		return []any{"other", "x"}
	case "Identifier":
		return []any{"orders", "x"}
	case "Domain":
		return []any{"some-prefix", "x", "-"}
	case "ResourceArn":
		return []any{w.p.cfg().ARN, "arn:x"}
	case "Secret":
		return []any{secret, secret, "x"}
	case "ClientSecretId":
		c, _ := s.client(machine().ID)
		list := []any{"x"}
		for _, s := range c.secrets {
			list = append(list, s.id)
		}
		return list
	case "SMSMfaSettings", "SoftwareTokenMfaSettings", "EmailMfaSettings", "WebAuthnMfaSettings":
		return []any{nil, nil, yes, no}
	}
	return others[member]
}

// others are the members that need nothing of the world.
var others = map[string][]any{
	"AllowedOAuthFlows": {nil, []any{"client_credentials"}}, "AllowedOAuthScopes": {nil, []any{"orders/read"}}, "AttributeMapping": {nil, object{"email": "email"}},
	"AuthFlow":           {"USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", "CUSTOM_AUTH", "USER_SRP_AUTH"},
	"AuthParameters":     {object{"USERNAME": "nobody", "PASSWORD": "x", "SRP_A": "2", "REFRESH_TOKEN": "x"}, object{"USERNAME": "bea", "PASSWORD": "x", "SRP_A": "ff"}, object{}, nil},
	"ChallengeName":      {"PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED", "SELECT_CHALLENGE", "MFA_SETUP", "DEVICE_SRP_AUTH", "CUSTOM_CHALLENGE", "SMS_MFA"},
	"ChallengeResponses": {object{"USERNAME": "ada", "PASSWORD_CLAIM_SECRET_BLOCK": "AAAA", "PASSWORD_CLAIM_SIGNATURE": "x", "TIMESTAMP": "Sat Sep 5 10:00:00 UTC 2026", "ANSWER": "x", "SRP_A": "2", "DEVICE_KEY": "x"}, object{}, nil},
	"ClientMetadata":     {nil, object{"a": "b"}}, "ClientName": {"app"}, "ClientSecret": {nil, nil, nil, "x"}, "Credential": {object{}, object{"id": "x", "rawId": "x", "type": "public-key", "response": object{}}},
	"CustomAttributes":   {[]any{object{"Name": "x", "AttributeDataType": "String"}}, []any{object{"Name": "y", "AttributeDataType": "Number", "Mutable": true}}},
	"DeletionProtection": {nil, nil, "ACTIVE", "INACTIVE"}, "Description": {nil, "d"}, "DeviceRememberedStatus": {"remembered", "not_remembered"},
	"DeviceSecretVerifierConfig": {object{"Salt": "AQ==", "PasswordVerifier": "Ag=="}, nil}, "ExplicitAuthFlows": {nil, []any{"ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"}},
	"FeedbackToken": {"x"}, "FeedbackValue": {"Valid", "Invalid"}, "Filter": {nil, `username = "ada"`, `email ^= "a"`, `x`}, "ForceAliasCreation": {nil, true},
	"GenerateSecret": {nil, true}, "IdpIdentifiers": {[]any{"other"}}, "Limit": {nil, 1, 60, 0, -1}, "MFAOptions": {[]any{object{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}}, []any{}},
	"ManagedLoginVersion": {1, 2, 3}, "MaxResults": {1, 20, nil, 0, 1000}, "MessageAction": {nil, "SUPPRESS", "RESEND"}, "MfaConfiguration": {nil, "OFF", "ON", "OPTIONAL"},
	"Name": {"n"}, "NextToken": {nil, nil, "x"}, "PaginationToken": {nil, nil, "x"}, "Permanent": {true, true, false}, "Policies": {nil, object{"PasswordPolicy": object{"MinimumLength": 8}}},
	"PoolName": {"other"}, "Precedence": {nil, 1, 0, -1}, "ProviderDetails": {object{"client_id": "c", "client_secret": "s", "authorize_scopes": "openid"}}, "ProviderType": {"Google"},
	"RefreshTokenValidity": {nil, 30, 0}, "RevokeAssociatedSessions": {nil, "NONE", "LINKED"}, "Schema": {nil, []any{object{"Name": "z", "AttributeDataType": "String"}}},
	"Scopes": {[]any{object{"ScopeName": "read", "ScopeDescription": "d"}}, nil, []any{"orders/read"}}, "SmsMfaConfiguration": {nil, object{}}, "SoftwareTokenMfaConfiguration": {object{"Enabled": true}, nil},
	"TagKeys": {[]any{"a"}}, "Tags": {object{"a": "b"}}, "TokenSession": {object{"MaxPerUser": 1}, object{"MaxPerUser": 3}, object{"MaxPerUser": 100}}, "UserSessionTracking": {"ENABLED", "ENABLED", "DISABLED"},
}

// follows are the operations that need another one just before.
var follows = map[string]string{
	"AssociateSoftwareToken": "VerifySoftwareToken", "StartWebAuthnRegistration": "CompleteWebAuthnRegistration", "GetUserAttributeVerificationCode": "VerifyUserAttribute",
	"ForgotPassword": "ConfirmForgotPassword", "AdminResetUserPassword": "ConfirmForgotPassword", "SignUp": "ResendConfirmationCode", "ResendConfirmationCode": "AdminConfirmSignUp",
	"CreateIdentityProvider": "GetIdentityProviderByIdentifier", "AddUserPoolClientSecret": "DeleteUserPoolClientSecret",
}

// nonsense is what no member is meant to be.
var nonsense = []any{nil, "", "\x00", -1, 1e300, true, []any{}, object{}, []any{nil}, object{"a": nil}, strings.Repeat("ä", 3000), []any{object{"Name": 1}}, "' \" <", json.RawMessage(strings.Repeat("[", 300) + strings.Repeat("]", 300))}

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
	if result := out.AuthenticationResult; result != nil {
		w.refreshed(t, name, body, result)
	}
	if _, there := w.p.store.client(webClient); !there {
		_ = w.p.store.addClient(w.web)
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

// refreshed takes tokens that a refresh token was given for. No other request that signIns
// does not know the proof of may have any.
func (w *world) refreshed(t *rapid.T, name string, body object, result *authResult) {
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
	names := slices.Sorted(maps.Keys(newPool(Config{ID: poolUnderTest}, nil, Options{}).operations()))
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
