// Package userpool is an Amazon Cognito user pool for development: a pool, on localhost,
// that any AWS SDK can use as its cognito-idp endpoint and that fires the pool's Lambda
// triggers as Cognito does. CreateUserPool makes others beside it. Everything is in memory;
// what Pool.Kept returns goes on in another process (Options.Kept). Where AWS wants a signature there must be one (signed.go), but it is not checked: every program
// is an administrator, and the pool binds the loopback interface only. A page in a browser
// may send what AWS wants no signature for (pages.go); package door refuses the rest.
//
// # What it is for
//
// The triggers are the subject. What a trigger sees (the event, member by member), what
// it can do (the response, type by type) and what follows from its failures (which
// exception, which sentence, which state) is as in AWS's developer guide, and every rule
// in the code names its page. "guide" in a comment is the Amazon Cognito developer guide
// (docs.aws.amazon.com/cognito/latest/developerguide), "API reference" the user pools API
// reference. Where AWS says nothing, the comment says so and names the choice. What other
// emulators of Cognito do otherwise stands in differences.md, which a test writes.
//
// # The path of a call
//
//	SDK ─► service.go (which pool) ─► wire.go (X-Amz-Target) ─► operations.go ─► the operation (signup.go, auth.go …)
//	         ├─► clients.go, attributes.go, passwordpolicy.go: may this caller do this
//	         ├─► fire.go: event out, reply in, 5 s, three attempts; reply.go: is it well formed
//	         ├─► store.go: the only state, one mutex, never held while a trigger runs
//	         └─► tokens.go: claims, overrides.go: what the trigger changed, keys.go: signatures
//
// A sign-in takes several calls: signin.go is its state machine. Of every password the pool
// keeps a verifier only (package srp), and of one that a job has imported the hash, until it is
// proven (package check). The hosted pages call the same functions.
//
// # Where things stand
//
// One capability, one file. A test holds that each file is here.
//
//	the pool       pool, pools, service, config, describe, updatepool, settings, members, memberforms
//	its schema     schema, schemavalues, attributes
//	the wire       wire, operations, refused, signed, pages, errors, shapes, quotas, list, report, neighbour
//	the state      store, rows, names, listing, user
//	across starts  kept, keptform, deployed
//	users          signup, confirm, confirmlink, admin, users, update, verify, filter, import, templateusers
//	import jobs    importjobs, importupload, importrun, importrow, importhash, importlog (package jobfile)
//	groups         groups
//	app clients    clients, newclient, clientops, clientsecrets, clienttoken
//	passwords      password, passwordpolicy, passwordhistory, reset, newpassword
//	codes          codes, messages, custommessage
//	guessing       lockout (factors), tries (codes)
//	a sign-in      signin, auth, sessions, autosignin, refresh
//	first factors  choice, passwordauth, srpauth, secretblock, otp, passkeyauth, passkeys (package passkey)
//	second factors mfa, mfasettings, mfasetup, totp, factors
//	CUSTOM_AUTH    customauth, customevents
//	devices        devices, deviceauth
//	triggers       fire, invoker, events, reply, preauthentication, migration, inbound, overrides, apply
//	tokens         tokens, grants, keys, issuer, scopes, revoke, discovery
//	sessions       usersessions, authevents
//	OAuth          authorize, answerapp, oauth, codegrant, userinfo, revokeendpoint, logout, acr, servers, domains
//	hosted pages   hosted, formtoken, visits, loginpage, steppages, signuppage, forgotpage, somebodypage
//	providers      providers, departures, federated, identities, linking (package federation)
//
// What belongs to a pool is kept as it came: an app client as all members of
// UserPoolClientType, from which newclient.go derives what acts. A user's sessions are views of
// grants and visits; events of sign-ins are noted where a call is answered. A user of a provider
// is found by its identities (identities.go), never by a name.
//
// # Triggers
//
// The table in the guide's "Customizing user pool workflows with Lambda triggers" says
// which operation fires which trigger. Changing passwords or groups, disabling, enabling,
// signing out, deleting and importing fire none; what sends a message fires CustomMessage. A
// user who is deleted and created again has the same username and another sub.
//
// ListUsers may lag (Options.ListDelay) and every operation may be refused for its rate
// (Options.Quotas). Every reply carries the pool's Date.
//
// # Across starts
//
// Kept has all that lives longer than minutes (kept.go): of passwords verifiers and imported
// hashes, of an invitation nothing, of a provider elsewhere no secret, of an import job no file. The template of the next start meets
// it as a deployment does (deployed.go).
//
// # Settings
//
// The settings of a pool are a JSON object with the API's members, also those that the pool
// does not obey and those that the API has not yet: what a request has, DescribeUserPool
// shows. members.go says of each what an update makes of it, and where in Config stands
// what the pool obeys. UpdateUserPool resets what it omits, by the documented rule or by the
// one that was measured (Options.Reset). It refuses a function that the pool would never
// call, and accepts every other setting: package template says of each what it does here.
//
// # Tokens
//
// The issuer is AWS's own string, so that an app's check of iss is the same here and there:
// a verifier takes the public keys from "<URL>/<pool id>/.well-known/jwks.json" instead.
// Options.Issuer "local" is for those that know only the issuer. Two different keys sign ID and
// access tokens, as on AWS (guide, "Understanding the access token"): code that knows only one
// key fails here, not in production. The keys are made in the background when the first pool
// starts, those of another one when they are needed.
//
// A reserved claim in a trigger's response is ignored. The guide ("Pre token generation
// Lambda trigger", claims and scopes reference) says that it cannot be changed, but not
// whether the sign-in fails.
//
// # Limits
//
//   - Passkeys are those of the relying party localhost, whatever the pool is told, and the
//     hosted pages ask for none.
//   - No provider is asked but an OpenID provider on this machine: a page stands in the place
//     of every other. No SAML document is read or made, a sign-out ends at no provider, and
//     no level of a provider (AcrMapping) is read: its users have the method "fed".
//   - Links of one provider may be by more than five attributes.
//   - An authentication level (acr_values) is for the hosted pages; TARGET_ACR_VALUES is refused.
//   - The custom senders of e-mails and SMS are not fired: Start refuses a pool that has one.
//   - No mail and no SMS leaves the machine: Pool.Code returns the code, Options.OnMail
//     receives the messages.
//   - A session has no device and no location, and adds nothing to a token; a client has no limit
//     of sessions of its own. Of threat protection there are the events alone, without a risk.
//   - No quota per user and none at the token endpoint.
//   - An import job assumes no role. Its log is in the local cloud's CloudWatch Logs.
//   - Every other operation of the API is refused by name (refused.go).
package userpool
