package userpool

import "maps"

// operations are all that a pool has, by name.
func operations() map[string]operation {
	all := resourceOperations()
	maps.Copy(all, providerOperations())
	maps.Copy(all, factorOperations())
	maps.Copy(all, map[string]operation{
		"AdminConfirmSignUp":               {"UserCreation", forUser((*Pool).adminConfirmSignUp)},
		"AdminCreateUser":                  {"UserCreation", forPool((*Pool).adminCreateUser)},
		"AdminDeleteUser":                  {"UserUpdate", forUser((*Pool).deleteUser)},
		"AdminDeleteUserAttributes":        {"UserUpdate", forUser((*Pool).adminUpdateUserAttributes)},
		"AdminDisableUser":                 {"UserUpdate", forUser((*Pool).adminDisableUser)},
		"AdminEnableUser":                  {"UserUpdate", forUser((*Pool).adminEnableUser)},
		"AdminGetUser":                     {"UserRead", forUser((*Pool).adminGetUser)},
		"AdminInitiateAuth":                {"UserAuthentication", forPool((*Pool).adminInitiateAuth)},
		"AdminRespondToAuthChallenge":      {"UserAuthentication", forPool((*Pool).adminRespondToAuthChallenge)},
		"AdminResetUserPassword":           {"UserAccountRecovery", forUser((*Pool).adminResetUserPassword)},
		"AdminSetUserMFAPreference":        {"UserResourceUpdate", forUser((*Pool).setUserMFAPreference)},
		"AdminSetUserPassword":             {"UserAccountRecovery", forUser((*Pool).adminSetUserPassword)},
		"AdminUpdateUserAttributes":        {"UserUpdate", forUser((*Pool).adminUpdateUserAttributes)},
		"AdminUserGlobalSignOut":           {"UserUpdate", forUser((*Pool).globalSignOut)},
		"AssociateSoftwareToken":           {"UserResourceUpdate", op((*Pool).associateSoftwareToken)},
		"ChangePassword":                   {"UserAccountRecovery", forHolder((*Pool).changePassword)},
		"ConfirmForgotPassword":            {"UserAccountRecovery", op((*Pool).confirmForgotPassword)},
		"ConfirmSignUp":                    {"UserCreation", op((*Pool).confirmSignUp)},
		"DeleteUser":                       {"UserUpdate", forOwner((*Pool).deleteUser)},
		"DeleteUserAttributes":             {"UserUpdate", forHolder((*Pool).deleteUserAttributes)},
		"DescribeUserPool":                 {"UserPoolRead", forPool((*Pool).describeUserPool)},
		"ForgotPassword":                   {"UserAccountRecovery", op((*Pool).forgotPassword)},
		"GetTokensFromRefreshToken":        {"UserAuthentication", op((*Pool).getTokensFromRefreshToken)},
		"GetUser":                          {"UserRead", forHolder((*Pool).getUser)},
		"GetUserPoolMfaConfig":             {"UserPoolResourceRead", forPool((*Pool).getUserPoolMfaConfig)},
		"SetUserMFAPreference":             {"UserResourceUpdate", forOwner((*Pool).setUserMFAPreference)},
		"SetUserPoolMfaConfig":             {"UserPoolResourceUpdate", forPool((*Pool).setUserPoolMfaConfig)},
		"VerifySoftwareToken":              {"UserResourceUpdate", op((*Pool).verifySoftwareToken)},
		"GetUserAttributeVerificationCode": {"UserResourceRead", forHolder((*Pool).getUserAttributeVerificationCode)},
		"GlobalSignOut":                    {"UserUpdate", forOwner((*Pool).globalSignOut)},
		"InitiateAuth":                     {"UserAuthentication", op((*Pool).initiateAuth)},
		"ListUsers":                        {"UserList", forPool((*Pool).listUsers)},
		"ResendConfirmationCode":           {"UserResourceRead", op((*Pool).resendConfirmationCode)},
		"RespondToAuthChallenge":           {"UserAuthentication", op((*Pool).respondToAuthChallenge)},
		"RevokeToken":                      {"UserToken", op((*Pool).revokeToken)},
		"SignUp":                           {"UserCreation", op((*Pool).signUp)},
		"UpdateUserAttributes":             {"UserUpdate", forHolder((*Pool).updateUserAttributes)},
		"UpdateUserPool":                   {"UserPoolUpdate", notImporting(forPool((*Pool).updateUserPool))},
		"CreateUserPool":                   {"UserPoolUpdate", op((*Pool).createUserPool)},
		"DeleteUserPool":                   {"UserPoolUpdate", notImporting(forPool((*Pool).deleteUserPool))},
		"ListUserPools":                    {"UserPoolRead", op((*Pool).listUserPools)},
		"AddCustomAttributes":              {"UserPoolResourceUpdate", notImporting(forPool((*Pool).addCustomAttributes))},
		"ListTagsForResource":              {"UserPoolResourceRead", op((*Pool).listTagsForResource)},
		"TagResource":                      {"UserPoolResourceUpdate", op((*Pool).tagResource)},
		"UntagResource":                    {"UserPoolResourceUpdate", op((*Pool).untagResource)},
		"VerifyUserAttribute":              {"UserUpdate", forHolder((*Pool).verifyUserAttribute)},
	})
	return all
}

// resourceOperations are those on groups, app clients, resource servers, domains, imports,
// sessions and events.
func resourceOperations() map[string]operation {
	return map[string]operation{
		"CreateUserImportJob":             {"UserPoolResourceUpdate", forPool((*Pool).createUserImportJob)},
		"DescribeUserImportJob":           {"UserPoolResourceRead", forPool((*Pool).describeUserImportJob)},
		"GetCSVHeader":                    {"UserPoolResourceRead", forPool((*Pool).getCSVHeader)},
		"ListUserImportJobs":              {"UserPoolResourceRead", forPool((*Pool).listUserImportJobs)},
		"StartUserImportJob":              {"UserPoolResourceUpdate", forPool((*Pool).startUserImportJob)},
		"StopUserImportJob":               {"UserPoolResourceUpdate", forPool((*Pool).stopUserImportJob)},
		"AdminListUserAuthEvents":         {"UserResourceRead", forUser((*Pool).adminListUserAuthEvents)},
		"AdminListUserSessions":           {"UserResourceRead", forUser((*Pool).listUserSessions)},
		"AdminRevokeUserSession":          {"UserResourceUpdate", forUser((*Pool).revokeUserSession)},
		"AdminUpdateAuthEventFeedback":    {"UserResourceUpdate", forUser((*Pool).adminUpdateAuthEventFeedback)},
		"GetClientToken":                  {"UserToken", op((*Pool).getClientToken)},
		"GetUserPoolSessionConfiguration": {"UserPoolResourceRead", forPool((*Pool).getUserPoolSessionConfiguration)},
		"ListUserSessions":                {"UserResourceRead", forOwner((*Pool).listUserSessions)},
		"RevokeUserSession":               {"UserResourceUpdate", forOwner((*Pool).revokeUserSession)},
		"SetUserPoolSessionConfiguration": {"UserPoolResourceUpdate", forPool((*Pool).setUserPoolSessionConfiguration)},
		"UpdateAuthEventFeedback":         {"UserResourceUpdate", forPool((*Pool).updateAuthEventFeedback)},
		"AddUserPoolClientSecret":         {"UserPoolClientUpdate", forPool((*Pool).addUserPoolClientSecret)},
		"AdminAddUserToGroup":             {"UserUpdate", forUser((*Pool).adminAddUserToGroup)},
		"AdminListGroupsForUser":          {"UserResourceRead", forUser((*Pool).adminListGroupsForUser)},
		"AdminRemoveUserFromGroup":        {"UserUpdate", forUser((*Pool).adminRemoveUserFromGroup)},
		"CreateGroup":                     {"UserPoolResourceUpdate", forPool((*Pool).createGroup)},
		"CreateResourceServer":            {"UserPoolResourceUpdate", forPool((*Pool).createResourceServer)},
		"CreateUserPoolClient":            {"UserPoolClientUpdate", forPool((*Pool).createUserPoolClient)},
		"CreateUserPoolDomain":            {"UserPoolResourceUpdate", forPool((*Pool).createUserPoolDomain)},
		"DeleteGroup":                     {"UserPoolResourceUpdate", forPool((*Pool).deleteGroup)},
		"DeleteResourceServer":            {"UserPoolResourceUpdate", forPool((*Pool).deleteResourceServer)},
		"DeleteUserPoolClient":            {"UserPoolClientUpdate", forPool((*Pool).deleteUserPoolClient)},
		"DeleteUserPoolClientSecret":      {"UserPoolClientUpdate", forPool((*Pool).deleteUserPoolClientSecret)},
		"DeleteUserPoolDomain":            {"UserPoolResourceUpdate", forPool((*Pool).deleteUserPoolDomain)},
		"DescribeResourceServer":          {"UserPoolResourceRead", forPool((*Pool).describeResourceServer)},
		"DescribeUserPoolClient":          {"UserPoolClientRead", forPool((*Pool).describeUserPoolClient)},
		"DescribeUserPoolDomain":          {"UserPoolResourceRead", op((*Pool).describeUserPoolDomain)},
		"GetGroup":                        {"UserPoolResourceRead", forPool((*Pool).getGroup)},
		"ListGroups":                      {"UserPoolResourceRead", forPool((*Pool).listGroups)},
		"ListResourceServers":             {"UserPoolResourceRead", forPool((*Pool).listResourceServers)},
		"ListUserPoolClientSecrets":       {"UserPoolClientRead", forPool((*Pool).listUserPoolClientSecrets)},
		"ListUserPoolClients":             {"UserPoolClientRead", forPool((*Pool).listUserPoolClients)},
		"ListUsersInGroup":                {"UserList", forPool((*Pool).listUsersInGroup)},
		"UpdateGroup":                     {"UserPoolResourceUpdate", forPool((*Pool).updateGroup)},
		"UpdateResourceServer":            {"UserPoolResourceUpdate", forPool((*Pool).updateResourceServer)},
		"UpdateUserPoolClient":            {"UserPoolClientUpdate", forPool((*Pool).updateUserPoolClient)},
		"UpdateUserPoolDomain":            {"UserPoolResourceUpdate", forPool((*Pool).updateUserPoolDomain)},
	}
}

// providerOperations are those on identity providers and on links to them.
func providerOperations() map[string]operation {
	return map[string]operation{
		"AdminDisableProviderForUser":     {"UserUpdate", forPool((*Pool).adminDisableProviderForUser)},
		"AdminLinkProviderForUser":        {"UserUpdate", forPool((*Pool).adminLinkProviderForUser)},
		"CreateIdentityProvider":          {"UserPoolResourceUpdate", forPool((*Pool).createIdentityProvider)},
		"DeleteIdentityProvider":          {"UserPoolResourceUpdate", forPool((*Pool).deleteIdentityProvider)},
		"DescribeIdentityProvider":        {"UserPoolResourceRead", forPool((*Pool).describeIdentityProvider)},
		"GetIdentityProviderByIdentifier": {"UserPoolResourceRead", forPool((*Pool).getIdentityProviderByIdentifier)},
		"ListIdentityProviders":           {"UserPoolResourceRead", forPool((*Pool).listIdentityProviders)},
		"UpdateIdentityProvider":          {"UserPoolResourceUpdate", forPool((*Pool).updateIdentityProvider)},
	}
}

// factorOperations are those on what a user has registered to sign in with.
func factorOperations() map[string]operation {
	return map[string]operation{
		"AdminDeleteSoftwareToken":     {"UserResourceUpdate", forUser((*Pool).adminDeleteSoftwareToken)},
		"AdminForgetDevice":            {"UserResourceUpdate", forUser((*Pool).forgetDevice)},
		"AdminGetDevice":               {"UserResourceRead", forUser((*Pool).getDevice)},
		"AdminGetUserAuthFactors":      {"UserResourceRead", forUser((*Pool).getUserAuthFactors)},
		"AdminListDevices":             {"UserResourceRead", forUser((*Pool).listDevices)},
		"AdminSetUserSettings":         {"UserResourceUpdate", forUser((*Pool).setUserSettings)},
		"AdminUpdateDeviceStatus":      {"UserResourceUpdate", forUser((*Pool).updateDevice)},
		"CompleteWebAuthnRegistration": {"UserResourceUpdate", forHolder((*Pool).completeWebAuthnRegistration)},
		"ConfirmDevice":                {"UserResourceUpdate", forOwner((*Pool).confirmDevice)},
		"DeleteWebAuthnCredential":     {"UserResourceUpdate", forHolder((*Pool).deleteWebAuthnCredential)},
		"ForgetDevice":                 {"UserResourceUpdate", forOwner((*Pool).forgetDevice)},
		"GetDevice":                    {"UserResourceRead", forOwner((*Pool).getDevice)},
		"GetUserAuthFactors":           {"UserResourceRead", forOwner((*Pool).getUserAuthFactors)},
		"ListDevices":                  {"UserResourceRead", forOwner((*Pool).listDevices)},
		"ListWebAuthnCredentials":      {"UserResourceRead", forHolder((*Pool).listWebAuthnCredentials)},
		"SetUserSettings":              {"UserResourceUpdate", forOwner((*Pool).setUserSettings)},
		"StartWebAuthnRegistration":    {"UserResourceUpdate", forHolder((*Pool).startWebAuthnRegistration)},
		"UpdateDeviceStatus":           {"UserResourceUpdate", forOwner((*Pool).updateDevice)},
	}
}
