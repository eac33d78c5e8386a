package userpool

import "maps"

// operations are all that this pool has, by name.
func (p *Pool) operations() map[string]operation {
	all := p.resourceOperations()
	maps.Copy(all, p.providerOperations())
	maps.Copy(all, p.factorOperations())
	maps.Copy(all, map[string]operation{
		"AdminConfirmSignUp":               {"UserCreation", forUser(p, p.adminConfirmSignUp)},
		"AdminCreateUser":                  {"UserCreation", forPool(p, p.adminCreateUser)},
		"AdminDeleteUser":                  {"UserUpdate", forUser(p, p.deleteUser)},
		"AdminDeleteUserAttributes":        {"UserUpdate", forUser(p, p.adminUpdateUserAttributes)},
		"AdminDisableUser":                 {"UserUpdate", forUser(p, p.adminDisableUser)},
		"AdminEnableUser":                  {"UserUpdate", forUser(p, p.adminEnableUser)},
		"AdminGetUser":                     {"UserRead", forUser(p, p.adminGetUser)},
		"AdminInitiateAuth":                {"UserAuthentication", forPool(p, p.adminInitiateAuth)},
		"AdminRespondToAuthChallenge":      {"UserAuthentication", forPool(p, p.adminRespondToAuthChallenge)},
		"AdminResetUserPassword":           {"UserAccountRecovery", forUser(p, p.adminResetUserPassword)},
		"AdminSetUserMFAPreference":        {"UserResourceUpdate", forUser(p, p.setUserMFAPreference)},
		"AdminSetUserPassword":             {"UserAccountRecovery", forUser(p, p.adminSetUserPassword)},
		"AdminUpdateUserAttributes":        {"UserUpdate", forUser(p, p.adminUpdateUserAttributes)},
		"AdminUserGlobalSignOut":           {"UserUpdate", forUser(p, p.globalSignOut)},
		"AssociateSoftwareToken":           {"UserResourceUpdate", op(p.associateSoftwareToken)},
		"ChangePassword":                   {"UserAccountRecovery", forHolder(p, p.changePassword)},
		"ConfirmForgotPassword":            {"UserAccountRecovery", op(p.confirmForgotPassword)},
		"ConfirmSignUp":                    {"UserCreation", op(p.confirmSignUp)},
		"DeleteUser":                       {"UserUpdate", forOwner(p, p.deleteUser)},
		"DeleteUserAttributes":             {"UserUpdate", forHolder(p, p.deleteUserAttributes)},
		"DescribeUserPool":                 {"UserPoolRead", forPool(p, p.describeUserPool)},
		"ForgotPassword":                   {"UserAccountRecovery", op(p.forgotPassword)},
		"GetTokensFromRefreshToken":        {"UserAuthentication", op(p.getTokensFromRefreshToken)},
		"GetUser":                          {"UserRead", forHolder(p, p.getUser)},
		"GetUserPoolMfaConfig":             {"UserPoolResourceRead", forPool(p, p.getUserPoolMfaConfig)},
		"SetUserMFAPreference":             {"UserResourceUpdate", forOwner(p, p.setUserMFAPreference)},
		"SetUserPoolMfaConfig":             {"UserPoolResourceUpdate", forPool(p, p.setUserPoolMfaConfig)},
		"VerifySoftwareToken":              {"UserResourceUpdate", op(p.verifySoftwareToken)},
		"GetUserAttributeVerificationCode": {"UserResourceRead", forHolder(p, p.getUserAttributeVerificationCode)},
		"GlobalSignOut":                    {"UserUpdate", forOwner(p, p.globalSignOut)},
		"InitiateAuth":                     {"UserAuthentication", op(p.initiateAuth)},
		"ListUsers":                        {"UserList", forPool(p, p.listUsers)},
		"ResendConfirmationCode":           {"UserResourceRead", op(p.resendConfirmationCode)},
		"RespondToAuthChallenge":           {"UserAuthentication", op(p.respondToAuthChallenge)},
		"RevokeToken":                      {"UserToken", op(p.revokeToken)},
		"SignUp":                           {"UserCreation", op(p.signUp)},
		"UpdateUserAttributes":             {"UserUpdate", forHolder(p, p.updateUserAttributes)},
		"UpdateUserPool":                   {"UserPoolUpdate", forPool(p, p.updateUserPool)},
		"CreateUserPool":                   {"UserPoolUpdate", op(p.createUserPool)},
		"DeleteUserPool":                   {"UserPoolUpdate", forPool(p, p.deleteUserPool)},
		"ListUserPools":                    {"UserPoolRead", op(p.listUserPools)},
		"AddCustomAttributes":              {"UserPoolResourceUpdate", forPool(p, p.addCustomAttributes)},
		"ListTagsForResource":              {"UserPoolResourceRead", op(p.listTagsForResource)},
		"TagResource":                      {"UserPoolResourceUpdate", op(p.tagResource)},
		"UntagResource":                    {"UserPoolResourceUpdate", op(p.untagResource)},
		"GetCSVHeader":                     {"UserPoolResourceRead", forPool(p, p.getCSVHeader)},
		"VerifyUserAttribute":              {"UserUpdate", forHolder(p, p.verifyUserAttribute)},
	})
	return all
}

// resourceOperations are those on groups, app clients, resource servers, domains, sessions
// and events.
func (p *Pool) resourceOperations() map[string]operation {
	return map[string]operation{
		"AdminListUserAuthEvents":         {"UserResourceRead", forUser(p, p.adminListUserAuthEvents)},
		"AdminListUserSessions":           {"UserResourceRead", forUser(p, p.listUserSessions)},
		"AdminRevokeUserSession":          {"UserResourceUpdate", forUser(p, p.revokeUserSession)},
		"AdminUpdateAuthEventFeedback":    {"UserResourceUpdate", forUser(p, p.adminUpdateAuthEventFeedback)},
		"GetClientToken":                  {"UserToken", op(p.getClientToken)},
		"GetUserPoolSessionConfiguration": {"UserPoolResourceRead", forPool(p, p.getUserPoolSessionConfiguration)},
		"ListUserSessions":                {"UserResourceRead", forOwner(p, p.listUserSessions)},
		"RevokeUserSession":               {"UserResourceUpdate", forOwner(p, p.revokeUserSession)},
		"SetUserPoolSessionConfiguration": {"UserPoolResourceUpdate", forPool(p, p.setUserPoolSessionConfiguration)},
		"UpdateAuthEventFeedback":         {"UserResourceUpdate", forPool(p, p.updateAuthEventFeedback)},
		"AddUserPoolClientSecret":         {"UserPoolClientUpdate", forPool(p, p.addUserPoolClientSecret)},
		"AdminAddUserToGroup":             {"UserUpdate", forUser(p, p.adminAddUserToGroup)},
		"AdminListGroupsForUser":          {"UserResourceRead", forUser(p, p.adminListGroupsForUser)},
		"AdminRemoveUserFromGroup":        {"UserUpdate", forUser(p, p.adminRemoveUserFromGroup)},
		"CreateGroup":                     {"UserPoolResourceUpdate", forPool(p, p.createGroup)},
		"CreateResourceServer":            {"UserPoolResourceUpdate", forPool(p, p.createResourceServer)},
		"CreateUserPoolClient":            {"UserPoolClientUpdate", forPool(p, p.createUserPoolClient)},
		"CreateUserPoolDomain":            {"UserPoolResourceUpdate", forPool(p, p.createUserPoolDomain)},
		"DeleteGroup":                     {"UserPoolResourceUpdate", forPool(p, p.deleteGroup)},
		"DeleteResourceServer":            {"UserPoolResourceUpdate", forPool(p, p.deleteResourceServer)},
		"DeleteUserPoolClient":            {"UserPoolClientUpdate", forPool(p, p.deleteUserPoolClient)},
		"DeleteUserPoolClientSecret":      {"UserPoolClientUpdate", forPool(p, p.deleteUserPoolClientSecret)},
		"DeleteUserPoolDomain":            {"UserPoolResourceUpdate", forPool(p, p.deleteUserPoolDomain)},
		"DescribeResourceServer":          {"UserPoolResourceRead", forPool(p, p.describeResourceServer)},
		"DescribeUserPoolClient":          {"UserPoolClientRead", forPool(p, p.describeUserPoolClient)},
		"DescribeUserPoolDomain":          {"UserPoolResourceRead", op(p.describeUserPoolDomain)},
		"GetGroup":                        {"UserPoolResourceRead", forPool(p, p.getGroup)},
		"ListGroups":                      {"UserPoolResourceRead", forPool(p, p.listGroups)},
		"ListResourceServers":             {"UserPoolResourceRead", forPool(p, p.listResourceServers)},
		"ListUserPoolClientSecrets":       {"UserPoolClientRead", forPool(p, p.listUserPoolClientSecrets)},
		"ListUserPoolClients":             {"UserPoolClientRead", forPool(p, p.listUserPoolClients)},
		"ListUsersInGroup":                {"UserList", forPool(p, p.listUsersInGroup)},
		"UpdateGroup":                     {"UserPoolResourceUpdate", forPool(p, p.updateGroup)},
		"UpdateResourceServer":            {"UserPoolResourceUpdate", forPool(p, p.updateResourceServer)},
		"UpdateUserPoolClient":            {"UserPoolClientUpdate", forPool(p, p.updateUserPoolClient)},
		"UpdateUserPoolDomain":            {"UserPoolResourceUpdate", forPool(p, p.updateUserPoolDomain)},
	}
}

// providerOperations are those on identity providers and on links to them.
func (p *Pool) providerOperations() map[string]operation {
	return map[string]operation{
		"AdminDisableProviderForUser":     {"UserUpdate", forPool(p, p.adminDisableProviderForUser)},
		"AdminLinkProviderForUser":        {"UserUpdate", forPool(p, p.adminLinkProviderForUser)},
		"CreateIdentityProvider":          {"UserPoolResourceUpdate", forPool(p, p.createIdentityProvider)},
		"DeleteIdentityProvider":          {"UserPoolResourceUpdate", forPool(p, p.deleteIdentityProvider)},
		"DescribeIdentityProvider":        {"UserPoolResourceRead", forPool(p, p.describeIdentityProvider)},
		"GetIdentityProviderByIdentifier": {"UserPoolResourceRead", forPool(p, p.getIdentityProviderByIdentifier)},
		"ListIdentityProviders":           {"UserPoolResourceRead", forPool(p, p.listIdentityProviders)},
		"UpdateIdentityProvider":          {"UserPoolResourceUpdate", forPool(p, p.updateIdentityProvider)},
	}
}

// factorOperations are those on what a user has registered to sign in with.
func (p *Pool) factorOperations() map[string]operation {
	return map[string]operation{
		"AdminDeleteSoftwareToken":     {"UserResourceUpdate", forUser(p, p.adminDeleteSoftwareToken)},
		"AdminForgetDevice":            {"UserResourceUpdate", forUser(p, p.forgetDevice)},
		"AdminGetDevice":               {"UserResourceRead", forUser(p, p.getDevice)},
		"AdminGetUserAuthFactors":      {"UserResourceRead", forUser(p, p.getUserAuthFactors)},
		"AdminListDevices":             {"UserResourceRead", forUser(p, p.listDevices)},
		"AdminSetUserSettings":         {"UserResourceUpdate", forUser(p, p.setUserSettings)},
		"AdminUpdateDeviceStatus":      {"UserResourceUpdate", forUser(p, p.updateDevice)},
		"CompleteWebAuthnRegistration": {"UserResourceUpdate", forHolder(p, p.completeWebAuthnRegistration)},
		"ConfirmDevice":                {"UserResourceUpdate", forOwner(p, p.confirmDevice)},
		"DeleteWebAuthnCredential":     {"UserResourceUpdate", forHolder(p, p.deleteWebAuthnCredential)},
		"ForgetDevice":                 {"UserResourceUpdate", forOwner(p, p.forgetDevice)},
		"GetDevice":                    {"UserResourceRead", forOwner(p, p.getDevice)},
		"GetUserAuthFactors":           {"UserResourceRead", forOwner(p, p.getUserAuthFactors)},
		"ListDevices":                  {"UserResourceRead", forOwner(p, p.listDevices)},
		"ListWebAuthnCredentials":      {"UserResourceRead", forHolder(p, p.listWebAuthnCredentials)},
		"SetUserSettings":              {"UserResourceUpdate", forOwner(p, p.setUserSettings)},
		"StartWebAuthnRegistration":    {"UserResourceUpdate", forHolder(p, p.startWebAuthnRegistration)},
		"UpdateDeviceStatus":           {"UserResourceUpdate", forOwner(p, p.updateDevice)},
	}
}
