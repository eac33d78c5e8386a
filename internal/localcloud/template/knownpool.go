package template

// Reasons that several rows have.
const (
	onePage   = "the pages have one look"
	localhost = "passkeys are registered for localhost, and work at no other name"
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
	"UserPool.Policies.PasswordPolicy.PasswordHistorySize":          {class: acts},
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
	"UserPool.LambdaConfig.CreateAuthChallenge":                    {class: acts},
	"UserPool.LambdaConfig.CustomEmailSender":                      {refused, notFired + ": codes are printed"},
	"UserPool.LambdaConfig.CustomMessage":                          {class: acts},
	"UserPool.LambdaConfig.CustomSMSSender":                        {refused, notFired + ": codes are printed"},
	"UserPool.LambdaConfig.DefineAuthChallenge":                    {class: acts},
	"UserPool.LambdaConfig.InboundFederation.LambdaArn":            {class: acts},
	"UserPool.LambdaConfig.InboundFederation.LambdaVersion":        {refused, "AWS knows no such version"},
	"UserPool.LambdaConfig.InboundFederation.LambdaVersion=V1_0":   {harmless, "the only version"},
	"UserPool.LambdaConfig.KMSKeyID":                               {harmless, "custom senders alone use it"},
	"UserPool.LambdaConfig.PostAuthentication":                     {class: acts},
	"UserPool.LambdaConfig.PostConfirmation":                       {class: acts},
	"UserPool.LambdaConfig.PreAuthentication":                      {class: acts},
	"UserPool.LambdaConfig.PreSignUp":                              {class: acts},
	"UserPool.LambdaConfig.PreTokenGeneration":                     {class: acts},
	"UserPool.LambdaConfig.PreTokenGenerationConfig.LambdaArn":     {class: acts},
	"UserPool.LambdaConfig.PreTokenGenerationConfig.LambdaVersion": {class: acts},
	"UserPool.LambdaConfig.UserMigration":                          {class: acts},
	"UserPool.LambdaConfig.VerifyAuthChallengeResponse":            {class: acts},
}

const notFired = "the function is not called"

var schemaRows = map[string]verdict{
	"UserPool.Schema.AttributeDataType":                    {class: acts},
	"UserPool.Schema.DeveloperOnlyAttribute":               {class: acts},
	"UserPool.Schema.Mutable":                              {class: acts},
	"UserPool.Schema.Name":                                 {class: acts},
	"UserPool.Schema.NumberAttributeConstraints.MaxValue":  {class: acts},
	"UserPool.Schema.NumberAttributeConstraints.MinValue":  {class: acts},
	"UserPool.Schema.Required":                             {class: acts},
	"UserPool.Schema.StringAttributeConstraints.MaxLength": {class: acts},
	"UserPool.Schema.StringAttributeConstraints.MinLength": {class: acts},
}
