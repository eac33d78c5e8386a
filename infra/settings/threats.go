package settings

// ThreatProtection is Cognito's own detection of compromised passwords and unusual sign-ins
// (developer guide, "Advanced security with threat protection"). A single value is that of
// Standard. Both need the plan PlanPlus, which costs more for each active user.
type ThreatProtection struct {
	// Standard is for sign-ins by password, passkey and code. Default: "", none. Example:
	// audit.
	Standard Threats `yaml:"standard,scalar"`
	// Custom is for sign-ins by CUSTOM_AUTH. Default: "", none. Example: audit.
	Custom Threats `yaml:"custom"`
}

// Threats is what Cognito does about a sign-in that looks like an attack.
type Threats string

// The modes beside none.
const (
	ThreatsAudited  Threats = "audit"    // note it
	ThreatsEnforced Threats = "enforced" // act on it
)

// PoolLogs are logs that Cognito itself writes (developer guide, "Exporting logs from Amazon
// Cognito user pools"). Whoever deploys needs logs:CreateLogDelivery, and those that the page
// lists beside it.
type PoolLogs struct {
	// Notifications logs each e-mail and text message that could not be sent. The group has
	// the retention and the key of the functions' logs. Default: false. Example: true.
	// WARNING: a line names the user.
	Notifications bool `yaml:"notifications"`
	// AuthEvents logs each sign-in with what threat protection thinks of it. It needs the plan
	// PlanPlus and ThreatProtection. Default: none. Example: {retentionDays: 30}.
	AuthEvents AuthEvents `yaml:"authEvents"`
}

// AuthEvents is a log group of its own: a line has the user's name, network address, device
// and place, which are personal data.
type AuthEvents struct {
	// RetentionDays is how long a line is kept. Default: 0, no line is written. Example: 30.
	RetentionDays int `yaml:"retentionDays" choice:"1,3,5,7,14,30,60,90,120,150,180,365,400,545,731,1096,1827,2192,2557,2922,3288,3653" unit:"days"`
	// KeyARN is the KMS key of the group, as LogKeyARN is of the functions' groups. Default:
	// "", CloudWatch's own key. Example: arn:aws:kms:eu-west-1:111122223333:key/1234abcd-….
	KeyARN string `yaml:"keyArn"`
}

// threats checks threat protection and the logs that Cognito writes. Cognito refuses a wrong
// plan only at the deployment.
func (c *checker) threats(s *Settings) {
	t, events := s.ThreatProtection, s.PoolLogs.AuthEvents
	oneOf(c, "threatProtection.standard", t.Standard, ThreatsAudited, ThreatsEnforced)
	oneOf(c, "threatProtection.custom", t.Custom, ThreatsAudited, ThreatsEnforced)
	c.refuse("threatProtection", []refusal{{t != ThreatProtection{} && s.plan() != PlanPlus, "needs the plan plus", "set plan: plus, or remove it"}})
	c.refuse("poolLogs.authEvents", []refusal{
		{events != AuthEvents{} && s.plan() != PlanPlus, "needs the plan plus", "set plan: plus, or remove it"},
		{events != AuthEvents{} && t == ThreatProtection{}, "needs threat protection, which writes them", "set threatProtection: audit, or remove it"},
	})
	c.refuse("poolLogs.authEvents.retentionDays", []refusal{{events.KeyARN != "" && events.RetentionDays == 0, "is missing", "say how long these personal data are kept, such as 30"}})
	c.key("poolLogs.authEvents.keyArn", events.KeyARN)
}
