package userpool

import (
	"encoding/json"
	"slices"
	"strings"
)

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
	"CreateUserImportJob":              "UserPoolId JobName CloudWatchLogsRoleArn PasswordHashingAlgorithm",
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
	"DescribeUserImportJob":            "UserPoolId JobId",
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
	"ListUserImportJobs":               "UserPoolId MaxResults PaginationToken",
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
	"StartUserImportJob":               "UserPoolId JobId",
	"StartWebAuthnRegistration":        "AccessToken",
	"StopUserImportJob":                "UserPoolId JobId",
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
	for _, of := range []func(string) []any{w.ids, w.secrets, w.codes} {
		if list := of(member); list != nil {
			return list
		}
	}
	return others[member]
}

// ids are the members that name something.
func (w *world) ids(member string) (list []any) {
	s := w.p.store
	switch member {
	case "UserPoolId":
		for _, p := range w.p.service.all() {
			list = append(list, p.cfg().ID)
		}
		return sorted(list, poolUnderTest, poolUnderTest, poolUnderTest, poolUnderTest, "eu-central-1_Nobody123")
	case "Username":
		return []any{"ada", "ada", "ada", "bea", "eve", "Ada", ada, w.user().sub, "nobody"}
	case "ClientId":
		for id := range s.clients {
			list = append(list, id)
		}
		return sorted(list, webClient, webClient, machine().ID, "nobody")
	case "DeviceKey":
		for _, key := range w.offers {
			list = append(list, key)
		}
		return append(list, nil, "x")
	case "EventId":
		for _, e := range s.events["ada"] {
			list = append(list, e.ID)
		}
		return append(list, "x")
	case "CredentialId":
		for _, k := range w.user().passkeys {
			list = append(list, k.ID())
		}
		return append(list, "x")
	case "ClientSecretId":
		c, _ := s.client(machine().ID)
		for _, secret := range c.secrets {
			list = append(list, secret.id)
		}
		return append(list, "x")
	case "JobId":
		for _, job := range w.p.imports() {
			list = append(list, job.JobID)
		}
		return sorted(list, "import-x")
	case "ResourceArn":
		return []any{w.p.cfg().ARN, "arn:x"}
	}
	return nil
}

func sorted(list []any, more ...any) []any {
	slices.SortFunc(list, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
	return append(list, more...)
}

// secrets are the members that stand for a session: those of live ones more often.
func (w *world) secrets(member string) (list []any) {
	of := map[string]func(*issued) string{
		"AccessToken": func(i *issued) string { return i.access }, "SessionId": func(i *issued) string { return sessionID("tkn", i.Origin) },
		"Token": func(i *issued) string { return i.refresh }, "RefreshToken": func(i *issued) string { return i.refresh },
	}[member]
	switch {
	case member == "Session":
		for session := range w.sessions {
			list = append(list, session)
		}
		return sorted(list, nil, "x")
	case of == nil:
		return nil
	}
	for _, i := range w.tokens {
		for range map[bool]int{true: 1, false: 4}[i.ended] {
			list = append(list, of(i))
		}
	}
	return append(list, "e.e.e")
}

// codes are the members that prove something.
func (w *world) codes(member string) []any {
	code := func(purpose string) []any { // an invitation's is a password
		c, _ := w.p.store.code("ada", func(c code) bool { return c.purpose == purpose || purpose == "" && c.purpose != "invitation" })
		return []any{c.value, c.value, "000000"}
	}
	switch member {
	case "ConfirmationCode":
		return code("")
	case "Code":
		return code("attribute")
	case "UserCode":
		return []any{"000000", totpCode(w.user().totpNew, w.clock.now().Unix()/30)}
	case "Credential":
		if w.credential != nil {
			return []any{w.credential, w.credential, w.credential, object{}}
		}
	case "Secret":
		if c, _ := w.p.store.client(machine().ID); c.Secret != "" {
			return []any{c.Secret, c.Secret, "x"}
		}
		return []any{"x"}
	case "Password", "TemporaryPassword", "PreviousPassword", "ProposedPassword":
		return []any{longPassword, longPassword, "Another-horse-8", "weak", ""}
	}
	return nil
}

var (
	native    = object{"ProviderName": "Cognito", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "ada"}
	external  = object{"ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "1"}
	mfaValues = []any{nil, nil, object{"Enabled": true}, object{"Enabled": false}}
)

// others are the members that need nothing of the world.
var others = map[string][]any{
	"AttributeName": {"email", "phone_number", "name"}, "AttributesToGet": {nil, []any{"email"}}, "UserAttributeNames": {[]any{"phone_number"}, []any{"custom:plan"}, []any{"email"}},
	"DestinationUser": {native, external}, "User": {native, external}, "SourceUser": {external}, "ProviderName": {"Google", "Other", "Other"}, "IdpIdentifier": {"other", "x"},
	"Domain": {"some-prefix", "x", "-"}, "GroupName": {"admins", "editors", "g", "g"}, "Identifier": {"orders", "x"},
	"EmailMfaSettings": mfaValues, "SMSMfaSettings": mfaValues, "SoftwareTokenMfaSettings": mfaValues, "WebAuthnMfaSettings": mfaValues,
	"UserAttributes": {
		nil,
		[]any{attribute{"email", ada}, attribute{"email_verified", "true"}},
		[]any{attribute{"email", ada}},
		[]any{attribute{"phone_number", "+491701"}, attribute{"phone_number_verified", "true"}},
	},
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
	"CloudWatchLogsRoleArn": {"arn:aws:iam::123456789012:role/import"}, "JobName": {"move"}, "PasswordHashingAlgorithm": {nil, "BCRYPT", "MD5"},
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
	"CreateUserImportJob": "StartUserImportJob", "StartUserImportJob": "StopUserImportJob", "CreateIdentityProvider": "GetIdentityProviderByIdentifier", "AddUserPoolClientSecret": "DeleteUserPoolClientSecret",
}

// nonsense is what no member is meant to be.
var nonsense = []any{nil, "", "\x00", -1, 1e300, true, []any{}, object{}, []any{nil}, object{"a": nil}, strings.Repeat("ä", 3000), []any{object{"Name": 1}}, "' \" <", json.RawMessage(strings.Repeat("[", 300) + strings.Repeat("]", 300))}
