package settings

import "github.com/cognito-triggers/cognito-triggers/internal/policy"

// Settings are what a stage decides about the suite; infra/stages/<stage>.yaml is read
// into them. The zero value of every field is safe in production. Two fields have no
// default, because no value would be right for everybody: Domain and Clients.
//
// This package reads settings and never changes them.
type Settings struct {
	// Disposable deletes everything that holds data together with the stack, and removes
	// the protection against deleting pool, table and stack. Default: false, everything
	// is kept. Example: `true` in dev. WARNING: with `true`, `cdk destroy` deletes every
	// user.
	Disposable bool `yaml:"disposable"`

	// Account is the AWS account that the stage belongs to, in quotes: other credentials
	// deploy nothing. `ops deploy` wants it of a stage that is kept. Default: "", that of the
	// credentials. Example: "210987654321".
	Account string `yaml:"account" pattern:"^[0-9]{12}$"`

	// Region is the Region that the stage belongs to, as Account is the account. Default: "",
	// that of the caller's AWS configuration. Example: eu-central-1.
	Region string `yaml:"region" pattern:"^[a-z]{2}(-[a-z]+)+-[0-9]$"`

	// Triggers are those that the suite hooks into the pool: preSignUp, postConfirmation,
	// preTokenGeneration, postAuthentication; Migration adds userMigration. The pool's other hooks
	// stay as they are. Nothing may be said of a trigger that is not among them. Default: all
	// four. Example: [postConfirmation, postAuthentication]. WARNING: taking one away ends what
	// its function did: rules of sign-up, the mirror, or what tokens carry. Without
	// preTokenGeneration the AUTHZ row changes no token, and who is suspended there alone signs
	// in. In the mode owner take the hook out of the pool's own code first: a pool that calls a
	// function which is gone refuses the request.
	Triggers []Hook `yaml:"triggers"`

	// ExistingPool is a pool that somebody else makes. Default: none, the stack makes a pool.
	// Example: {mode: attach, id: eu-west-1_AbCdEf123}.
	ExistingPool ExistingPool `yaml:"pool"`

	// Plan is the feature plan of the pool: PlanEssentials or PlanPlus, or PlanLite with
	// TokenVersion V1_0 only (Cognito refuses other versions at the deployment, synth
	// before that). Default: "" means PlanEssentials. Example: plus.
	Plan Plan `yaml:"plan"`

	// TokenVersion is the version of the event for pretokengeneration. V2_0 can change
	// the access token, V3_0 machine tokens too. Default: "" means V3_0. Example: V2_0.
	TokenVersion TokenVersion `yaml:"tokenVersion"`

	// ThreatProtection is Cognito's own detection of compromised passwords and unusual
	// sign-ins. Default: none. Example: {standard: audit, custom: audit}.
	ThreatProtection ThreatProtection `yaml:"threatProtection"`

	// SelfSignUp lets every user who knows a client's id ask for an account;
	// policy.signUp then decides. With `false` only administrators and identity providers
	// make users. Default: false. Example: true.
	SelfSignUp bool `yaml:"selfSignUp"`

	// PasswordMinimumLength is the least number of characters. A lower-case and an
	// upper-case letter, a digit and a symbol are always required. Default: 0 means 12.
	// Example: 15.
	PasswordMinimumLength int `yaml:"passwordMinimumLength" range:"8,99"`

	// Domain is where the token endpoint and the sign-in pages are. No default. Example:
	// {prefix: example-corp-dev}. WARNING: a change moves the token endpoint; every client
	// must follow.
	Domain Domain `yaml:"domain"`

	// ManagedLogin serves Cognito's new sign-in pages at the domain, in Cognito's own
	// style, which the branding editor changes. It needs the plan PlanEssentials or
	// PlanPlus. Default: false, the classic pages. Example: true.
	ManagedLogin bool `yaml:"managedLogin"`

	// FirstFactors are what users may sign in with. They must include FactorPassword. The
	// others need the plan PlanEssentials or PlanPlus, and a client with FlowChoice;
	// FactorEmailOTP needs Email through Amazon SES. Default: none given means [password].
	// Example: [password, passkey, emailOtp].
	FirstFactors []Factor `yaml:"firstFactors"`

	// Passkeys are the settings of the first factor FactorPasskey.
	Passkeys Passkeys `yaml:"passkeys"`

	// MFA says who is asked for a second factor. Default: nobody. Example: {mode: optional}.
	MFA MFA `yaml:"mfa"`

	// SMS is how text messages are sent.
	SMS SMS `yaml:"sms"`

	// Recovery are the ways to a new password for a user who has forgotten it, the first one
	// first; a number or an address that is not verified is passed over.
	// Default: none given means [email]. Example: [phone, email]. WARNING: who takes over a
	// number takes over the account with RecoverByPhone.
	Recovery []RecoveryWay `yaml:"recovery"`

	// Email is who sends the pool's e-mails. Default: Cognito's own sender, 50 a day. Example:
	// {identity: example.org, from: Acme <login@example.org>}.
	Email EmailSender `yaml:"email"`

	// Texts are the words of the pool's messages. Default: Cognito's own. Example:
	// {verification: {default: {subject: Your code}}}.
	Texts Texts `yaml:"texts"`

	// WebACLARN is a web ACL of AWS WAF, in the pool's Region, that filters requests to the
	// pool: not the bodies of those to the sign-in pages, and no rule group against account
	// take-over (developer guide, "Associate an AWS WAF web ACL with a user pool"). Default:
	// "", none. Example: arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/pool/1234abcd-….
	WebACLARN string `yaml:"webAclArn"`

	// PoolLogs are logs that Cognito itself writes. Default: none. Example: {notifications:
	// true}.
	PoolLogs PoolLogs `yaml:"poolLogs"`

	// Overrides are properties of the pool's and of its clients' CloudFormation resources for
	// which there is no key, by resource (Pool is the pool, any other name a client's) and
	// property. Synth warns of each. Default: none.
	// Example: {Pool: {DeviceConfiguration.ChallengeRequiredOnNewDevice: true}}.
	Overrides map[string]map[string]any `yaml:"overrides"`

	// Tags are on everything that the suite makes and AWS lets tag, beside project and stage.
	// Default: none. Example: {team: identity}.
	Tags map[string]string `yaml:"tags"`

	// Clients are the pool's app clients by name: a letter, then up to 31 letters and
	// digits. A name is a part of the stack's logical ids; web and machine have ids of
	// their own. For a pool that the app makes they are those of Clients of the CDK
	// construct, each with its profile alone. No default. Example: {web: {profile: app,
	// callbackUrls: [https://app.example/callback]}, jobs: {machine: true}}. WARNING:
	// another name is another client with another id; removing a name deletes the client.
	Clients map[string]Client `yaml:"clients"`

	// ForeignClients are the token profiles of app clients that the stack does not make, by
	// the ids that Cognito gave them. Default: none. Example:
	// {1example23456789abcdefghij: app}.
	ForeignClients map[string]string `yaml:"foreignClients"`

	// OtherClients says whether the pool may have app clients that this stack does not make:
	// by hand, by another program, by dynamic registration. A client that names no
	// attributes lets its users write every one of the pool (developer guide, "Attribute
	// permissions and scopes"). With OtherClientsNone, claims may come from attributes that
	// no client of this stack lets its users write. Default: "" means OtherClientsAny.
	// Example: none. WARNING: nothing refuses such a client; its users then write those
	// claims.
	OtherClients OtherClients `yaml:"otherClients"`

	// ResourceServer names the API whose scopes tokens carry; a machine needs one.
	// Default: none. Example: {identifier: app, scopes: [{name: read}]}.
	ResourceServer ResourceServer `yaml:"resourceServer"`

	// IdentityProviders are those whose users may sign in besides the pool's own, by name. A
	// name begins the user names of the provider's users, and policy.signUp.providers goes by
	// it. Default: none. Example: {Corp: {type: saml, metadataUrl: https://idp.example/saml}}.
	// WARNING: another name makes another provider, whose users are new ones.
	IdentityProviders map[string]IdentityProvider `yaml:"identityProviders"`

	// Migration moves the people of an old app into the pool, with their passwords. Default:
	// none. Example: {hashes: [{kind: "bcrypt:13", people: 61234}], waiting: dist/prod.waiting}.
	Migration Migration `yaml:"migration"`

	// Groups are the pool's groups. They have no role and no precedence. Default: none.
	// Example: [admins, members]. WARNING: removing a name deletes the group with its
	// memberships.
	Groups []string `yaml:"groups"`

	// API is an HTTP API behind this pool's tokens. Default: none.
	API API `yaml:"api"`

	// IdentityPool exchanges tokens for AWS credentials. Default: none.
	IdentityPool IdentityPool `yaml:"identityPool"`

	// LogRetentionDays is how long the functions' log lines are kept: a length that
	// CloudWatch offers; -1 is for ever. More than 90 is hard to justify for lines about
	// sign-ins. Default: 0 means 90. Example: 7.
	LogRetentionDays int `yaml:"logRetentionDays" choice:"-1,1,3,5,7,14,30,60,90,120,150,180,365,400,545,731,1096,1827,2192,2557,2922,3288,3653" unit:"days"`

	// Logging is what is logged beside the functions' own lines.
	Logging Logging `yaml:"logging"`

	// LogKeyARN is the KMS key of the log groups: the ARN of the key, not of an alias.
	// The key's policy must let logs.<region>.amazonaws.com use it (CloudWatch Logs user
	// guide, "Encrypt log data"). The lines hold no personal data in any case.
	// Default: "", CloudWatch's own key. Example:
	// arn:aws:kms:eu-west-1:111122223333:key/1234abcd-…. WARNING: if the key is deleted,
	// the lines that were written under it are lost.
	LogKeyARN string `yaml:"logKeyArn"`

	// TableKeyARN is the KMS key of the table: the ARN of the key, not of an alias. The
	// stack lets the functions' roles use it through DynamoDB, and the roles that
	// GrantDirectoryRead and GrantAuthzManagement of the CDK construct are called with. The key's policy must leave
	// that to the account's IAM. Default: "", DynamoDB's own key. Example: as LogKeyARN.
	// WARNING: without the key the table cannot be read, and no token carries what AUTHZ
	// grants.
	TableKeyARN string `yaml:"tableKeyArn"`

	// Tracing turns X-Ray on for the trigger functions. Default: false. Example: `true`
	// while you investigate a fault.
	Tracing bool `yaml:"tracing"`

	// Functions are settings of single trigger functions, by the trigger's name.
	// Default: none. Example: {PreTokenGeneration: {memoryMiB: 512}}.
	Functions map[string]FunctionSettings `yaml:"functions"`

	// MemoryMiB is the memory of every function; Lambda assigns CPU in proportion.
	// Default: 0 means 256. Example: 512.
	MemoryMiB int `yaml:"memoryMiB" range:"128,10240"`

	// Monitoring says which values raise an alarm, and who is notified. Default: alarms
	// and a dashboard that notify nobody.
	Monitoring Monitoring `yaml:"monitoring"`

	// Reconcile is the sweep that a schedule runs. Default: none.
	Reconcile Reconcile `yaml:"reconcile"`

	// Tripwire looks whether the pool still calls the suite. Default: every 15 minutes for a pool
	// that the stack does not make, else none.
	Tripwire Tripwire `yaml:"tripwire"`

	// Policy is what the functions decide with.
	Policy policy.Document `yaml:"policy"`
}
