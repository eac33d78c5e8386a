// Package userpool is an Amazon Cognito user pool for development: one pool, on
// 127.0.0.1, that any AWS SDK can use as its cognito-idp endpoint and that fires
// the pool's Lambda triggers as Cognito does. It is a development tool. It keeps
// everything in memory and nothing on disk; with Close, or with the process,
// every user, code and key is gone. It checks no AWS signature, so whoever
// reaches its port is its administrator: it therefore binds the loopback
// interface only.
//
// # What it is for
//
// The triggers are the subject; the pool is the scenery. What a trigger can see
// (the event, member by member), what it can do (the response, type by type) and
// what becomes of its failures (which exception, which sentence, which state
// stays behind) follows AWS's developer guide, and every rule in the code names
// its page. "guide" in a comment is the Amazon Cognito developer guide
// (docs.aws.amazon.com/cognito/latest/developerguide), "API reference" the user
// pools API reference. Where AWS does not say, the comment says so and names the
// choice.
//
// # The path of a call
//
//	SDK ─► wire.go (X-Amz-Target) ─► the operation (signup.go, signin.go …)
//	         ├─► clients.go, attributes.go, passwordpolicy.go: may this caller do this
//	         ├─► fire.go: event out, reply in, 5 s, three attempts; reply.go: is it well formed
//	         ├─► store.go: the only state, one mutex, never held while a trigger runs
//	         └─► tokens.go: claims, overrides.go: what the trigger changed, keys.go: signatures
//
// # Operations
//
//   - Signing up: SignUp, ConfirmSignUp, ResendConfirmationCode, AdminCreateUser,
//     AdminConfirmSignUp; Pool.Import for people who were there before.
//   - Signing in: InitiateAuth, AdminInitiateAuth, RespondToAuthChallenge and
//     AdminRespondToAuthChallenge (passwords, refresh, NEW_PASSWORD_REQUIRED),
//     GetTokensFromRefreshToken, /oauth2/token; Pool.FederatedSignIn for external
//     providers.
//   - Passwords: ForgotPassword, ConfirmForgotPassword, ChangePassword,
//     AdminSetUserPassword, AdminResetUserPassword.
//   - Attributes: UpdateUserAttributes, DeleteUserAttributes, VerifyUserAttribute,
//     GetUserAttributeVerificationCode, AdminUpdateUserAttributes,
//     AdminDeleteUserAttributes.
//   - Life and death: AdminDisableUser, AdminEnableUser, DeleteUser,
//     AdminDeleteUser, GlobalSignOut, AdminUserGlobalSignOut.
//   - Reading: GetUser, AdminGetUser, ListUsers with filters, pages and a delay.
//   - Groups: CreateGroup, ListGroups, AdminAddUserToGroup,
//     AdminRemoveUserFromGroup, AdminListGroupsForUser.
//   - The pool: DescribeUserPool, CreateUserPoolClient.
//
// Which of them fires what is the table of the guide, "Customizing user pool
// workflows with Lambda triggers": the creation by an administrator fires
// PreSignUp alone; a change of attributes, passwords or groups, disabling,
// enabling, signing out, deleting and importing fire nothing at all. A user who is
// deleted and made again has the same username and another sub.
//
// ListUsers may be behind (Options.ListDelay) and every operation may be refused
// for its rate (Options.Quotas). Every reply carries the pool's Date.
//
// # Tokens
//
// The issuer is the local URL of the pool, "<URL>/<pool id>", so that a verifier
// finds "<iss>/.well-known/jwks.json". ID and access tokens are signed by two
// different keys, as on AWS (guide, "Understanding the access token"): code that
// knows only one key fails here, not in production. The keys are made when the
// pool starts, in the background.
//
// A reserved claim in a trigger's response is ignored. The guide ("Pre token
// generation Lambda trigger", claims and scopes reference) says that it cannot be
// changed, not whether the sign-in fails.
//
// # Limits
//
//   - No SRP, no USER_AUTH, no CUSTOM_AUTH, no MFA, no devices, no passkeys.
//   - No hosted page and no authorization code grant. FederatedSignIn stands in
//     for a sign-in by an external provider, and its triggers.
//   - The other triggers (PreAuthentication, CustomMessage, UserMigration, custom
//     senders, challenges, InboundFederation) are not fired: Start refuses a pool
//     that has one.
//   - No CORS headers: a page in a browser cannot call it; a server or a native
//     client can.
//   - No mail and no SMS: Pool.Code gives the code that one would have carried.
//   - No quota per user and none at the token endpoint, no lock-out after wrong
//     passwords, no threat protection, no password history, no account linking.
//   - An operation that it does not know is refused by name.
package userpool
