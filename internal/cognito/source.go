package cognito

import "slices"

// Source is a triggerSource: the trigger, and why it fires.
type Source string

// These are the sources of the trigger functions (developer guide, "Lambda trigger
// sources").
const (
	PreSignUpSelf     Source = "PreSignUp_SignUp"
	PreSignUpAdmin    Source = "PreSignUp_AdminCreateUser"
	PreSignUpExternal Source = "PreSignUp_ExternalProvider"

	// ConfirmSignUp fires after a confirmation and after the first federated sign-in,
	// never for a user that an administrator created.
	ConfirmSignUp Source = "PostConfirmation_ConfirmSignUp"
	// ConfirmForgotPassword fires after a password reset; the user is not new.
	ConfirmForgotPassword Source = "PostConfirmation_ConfirmForgotPassword"

	// SignedIn fires neither on a first federated sign-in nor on a refresh.
	SignedIn Source = "PostAuthentication_Authentication"

	TokenHostedAuth         Source = "TokenGeneration_HostedAuth"
	TokenAuthentication     Source = "TokenGeneration_Authentication"
	TokenNewPassword        Source = "TokenGeneration_NewPasswordChallenge"
	TokenAuthenticateDevice Source = "TokenGeneration_AuthenticateDevice"
	TokenRefresh            Source = "TokenGeneration_RefreshTokens"
	// TokenClientCredentials has no user and fires only for V3_0.
	TokenClientCredentials Source = "TokenGeneration_ClientCredentials"

	// MigrateSignIn and MigrateForgotPassword fire for a name that the pool does not have, the
	// first with the password that was typed.
	MigrateSignIn         Source = "UserMigration_Authentication"
	MigrateForgotPassword Source = "UserMigration_ForgotPassword"
)

// PreSignUpSources, PostConfirmationSources, PostAuthenticationSources,
// TokenGenerationSources and UserMigrationSources return the sources of a trigger, in a new
// slice.
func PreSignUpSources() []Source { return []Source{PreSignUpSelf, PreSignUpAdmin, PreSignUpExternal} }

// PostConfirmationSources: see [PreSignUpSources].
func PostConfirmationSources() []Source { return []Source{ConfirmSignUp, ConfirmForgotPassword} }

// PostAuthenticationSources: see [PreSignUpSources].
func PostAuthenticationSources() []Source { return []Source{SignedIn} }

// TokenGenerationSources: see [PreSignUpSources].
func TokenGenerationSources() []Source {
	return []Source{
		TokenHostedAuth, TokenAuthentication, TokenNewPassword,
		TokenAuthenticateDevice, TokenRefresh, TokenClientCredentials,
	}
}

// UserMigrationSources: see [PreSignUpSources].
func UserMigrationSources() []Source { return []Source{MigrateSignIn, MigrateForgotPassword} }

// In reports whether the source is in the list.
func (s Source) In(sources []Source) bool { return slices.Contains(sources, s) }
