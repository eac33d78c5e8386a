package template

// Reasons that several rows have.
const (
	onePage   = "the pages have one look"
	localhost = "passkeys are registered for localhost, and work at no other name"
	anyValue  = "a value that AWS refuses is taken"
)

var poolRows = map[string]verdict{
	"UserPool.AccountRecoverySetting.RecoveryMechanisms.Name":       {class: acts},
	"UserPool.AccountRecoverySetting.RecoveryMechanisms.Priority":   {class: acts},
	"UserPool.AdminCreateUserConfig.AllowAdminCreateUserOnly":       {class: acts},
	"UserPool.AdminCreateUserConfig.UnusedAccountValidityDays":      {class: acts},
	"UserPool.AliasAttributes":                                      {class: acts},
	"UserPool.AutoVerifiedAttributes":                               {class: acts},
	"UserPool.DeletionProtection":                                   {class: acts},
	"UserPool.DeviceConfiguration.ChallengeRequiredOnNewDevice":     {class: acts},
	"UserPool.DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt": {class: acts},
	"UserPool.EnabledMfas":                                          {class: acts},
	"UserPool.IssuerConfiguration.Type":                             {class: acts},
	"UserPool.KeyConfiguration":                                     {harmless, "nothing is stored"},
	"UserPool.MfaConfiguration":                                     {class: acts},
	"UserPool.Policies.PasswordPolicy.MinimumLength":                {class: acts},
	"UserPool.Policies.PasswordPolicy.PasswordHistorySize":          {refused, "an old password is taken again"},
	"UserPool.Policies.PasswordPolicy.PasswordHistorySize=0":        {harmless, "there is no history here either"},
	"UserPool.Policies.PasswordPolicy.RequireLowercase":             {class: acts},
	"UserPool.Policies.PasswordPolicy.RequireNumbers":               {class: acts},
	"UserPool.Policies.PasswordPolicy.RequireSymbols":               {class: acts},
	"UserPool.Policies.PasswordPolicy.RequireUppercase":             {class: acts},

	"UserPool.Policies.PasswordPolicy.TemporaryPasswordValidityDays":                 {class: acts},
	"UserPool.Policies.SignInPolicy.AllowedFirstAuthFactors":                         {class: acts},
	"UserPool.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate": {class: acts},
	"UserPool.UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode":         {refused, "sign-ins that threat protection blocks get tokens"},
	"UserPool.UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode=AUDIT":   {harmless, "it only logs"},
	"UserPool.UserPoolAddOns.AdvancedSecurityMode":                                   {refused, "sign-ins and passwords that threat protection blocks are accepted"},
	"UserPool.UserPoolAddOns.AdvancedSecurityMode=AUDIT":                             {class: acts},
	"UserPool.UserPoolAddOns.AdvancedSecurityMode=OFF":                               {harmless, "there is no threat protection here either"},
	"UserPool.UserPoolName":                        {harmless, "a label"},
	"UserPool.UserPoolTags":                        {harmless, "labels"},
	"UserPool.UserPoolTier":                        {class: acts},
	"UserPool.UsernameAttributes":                  {class: acts},
	"UserPool.UsernameConfiguration.CaseSensitive": {class: acts},
	"UserPool.WebAuthnFactorConfiguration":         {class: acts},
	"UserPool.WebAuthnRelyingPartyID":              {lacking, localhost},
	"UserPool.WebAuthnRelyingPartyID=localhost":    {class: acts},
	"UserPool.WebAuthnUserVerification":            {class: acts},
}

// triggerRows: a test compares what acts with the triggers that the pool fires.
var triggerRows = map[string]verdict{
	"UserPool.LambdaConfig.CreateAuthChallenge":                    {refused, notFired + ": CUSTOM_AUTH is refused"},
	"UserPool.LambdaConfig.CustomEmailSender":                      {refused, notFired + ": codes are printed"},
	"UserPool.LambdaConfig.CustomMessage":                          {class: acts},
	"UserPool.LambdaConfig.CustomSMSSender":                        {refused, notFired + ": codes are printed"},
	"UserPool.LambdaConfig.DefineAuthChallenge":                    {refused, notFired + ": CUSTOM_AUTH is refused"},
	"UserPool.LambdaConfig.InboundFederation":                      {refused, notFired + ": federated sign-ins that it refuses get tokens"},
	"UserPool.LambdaConfig.KMSKeyID":                               {harmless, "custom senders alone use it"},
	"UserPool.LambdaConfig.PostAuthentication":                     {class: acts},
	"UserPool.LambdaConfig.PostConfirmation":                       {class: acts},
	"UserPool.LambdaConfig.PreAuthentication":                      {class: acts},
	"UserPool.LambdaConfig.PreSignUp":                              {class: acts},
	"UserPool.LambdaConfig.PreTokenGeneration":                     {class: acts},
	"UserPool.LambdaConfig.PreTokenGenerationConfig.LambdaArn":     {class: acts},
	"UserPool.LambdaConfig.PreTokenGenerationConfig.LambdaVersion": {class: acts},
	"UserPool.LambdaConfig.UserMigration":                          {refused, notFired + ": users whom it brings do not exist"},
	"UserPool.LambdaConfig.VerifyAuthChallengeResponse":            {refused, notFired + ": CUSTOM_AUTH is refused"},
}

const notFired = "the function is not called"

var schemaRows = map[string]verdict{
	"UserPool.Schema.AttributeDataType":                         {refused, anyValue},
	"UserPool.Schema.AttributeDataType=String":                  {harmless, "every value is a text"},
	"UserPool.Schema.DeveloperOnlyAttribute":                    {refused, "app clients can write it"},
	"UserPool.Schema.DeveloperOnlyAttribute=false":              {harmless, "the default"},
	"UserPool.Schema.Mutable":                                   {class: acts},
	"UserPool.Schema.Name":                                      {class: acts},
	"UserPool.Schema.NumberAttributeConstraints":                {refused, anyValue},
	"UserPool.Schema.Required":                                  {class: acts},
	"UserPool.Schema.StringAttributeConstraints":                {refused, anyValue},
	"UserPool.Schema.StringAttributeConstraints.MaxLength=2048": {harmless, "the pool's own limit"},
	"UserPool.Schema.StringAttributeConstraints.MinLength=0":    {harmless, "no limit"},
}
