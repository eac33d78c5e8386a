package template

// Reasons that several rows have.
const (
	onePage    = "the pages have one look"
	localhost  = "passkeys are registered for localhost, and work at no other name"
	noProvider = "the identity pool takes tokens of the stack's user pool alone"
	noSync     = "there is no Amazon Cognito Sync"
	noMessage  = "no message leaves the machine"
	noReplica  = "there is one pool, in one Region"
	noSuchFlow = "AWS knows no such flow"
	noSuchWord = "AWS knows no such value"
	notFired   = "the function is not called"
)

// others are the rows that do not act; some judge a type as a whole.
var others = map[string]verdict{
	"IdentityPool.AllowClassicFlow":                                                {lacking, "GetOpenIdToken is refused"},
	"IdentityPool.AllowClassicFlow=false":                                          {harmless, "it is off here"},
	"IdentityPool.CognitoEvents":                                                   {lacking, noSync},
	"IdentityPool.CognitoStreams":                                                  {lacking, noSync},
	"IdentityPool.DeveloperProviderName":                                           {lacking, noProvider},
	"IdentityPool.IdentityPoolName":                                                {harmless, "a label"},
	"IdentityPool.IdentityPoolTags":                                                {harmless, "labels"},
	"IdentityPool.OpenIdConnectProviderARNs":                                       {lacking, noProvider},
	"IdentityPool.PushSync":                                                        {lacking, noSync},
	"IdentityPool.SamlProviderARNs":                                                {lacking, noProvider},
	"IdentityPool.SupportedLoginProviders":                                         {lacking, noProvider},
	"IdentityPoolRoleAttachment.RoleMappings.*.AmbiguousRoleResolution":            {refused, noSuchWord},
	"IdentityPoolRoleAttachment.RoleMappings.*.RulesConfiguration.Rules.MatchType": {refused, noSuchWord},
	"IdentityPoolRoleAttachment.RoleMappings.*.Type":                               {refused, noSuchWord},
	"IdentityPoolPrincipalTag.UseDefaults":                                         {refused, "sessions have no tags of the default claims"},
	"IdentityPoolPrincipalTag.UseDefaults=false":                                   {harmless, "there are no default claims here"},
	"LogDeliveryConfiguration":                                                     {lacking, "Cognito's own logs are not written"},
	"ManagedLoginBranding":                                                         {harmless, onePage},
	"Terms":                                                                        {harmless, onePage},
	"UserPool.EmailConfiguration":                                                  {harmless, noMessage},
	"UserPool.KeyConfiguration":                                                    {harmless, "nothing is stored"},
	"UserPool.LambdaConfig.CustomEmailSender":                                      {refused, notFired + ": codes are printed"},
	"UserPool.LambdaConfig.CustomSMSSender":                                        {refused, notFired + ": codes are printed"},
	"UserPool.LambdaConfig.InboundFederation.LambdaVersion":                        {refused, "AWS knows no such version"},
	"UserPool.LambdaConfig.InboundFederation.LambdaVersion=V1_0":                   {harmless, "the only version"},
	"UserPool.LambdaConfig.KMSKeyID":                                               {harmless, "custom senders alone use it"},
	"UserPool.SmsConfiguration":                                                    {harmless, noMessage},
	"UserPool.UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode":       {refused, "sign-ins that threat protection blocks get tokens"},
	"UserPool.UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode=AUDIT": {harmless, "it only logs"},
	"UserPool.UserPoolAddOns.AdvancedSecurityMode":                                 {refused, "sign-ins and passwords that threat protection blocks are accepted"},
	"UserPool.UserPoolAddOns.AdvancedSecurityMode=OFF":                             {harmless, "there is no threat protection here either"},
	"UserPool.UserPoolName":                                                        {harmless, "a label"},
	"UserPool.UserPoolTags":                                                        {harmless, "labels"},
	"UserPool.VerificationMessageTemplate.DefaultEmailOption":                      {refused, "AWS knows no such option"},
	"UserPool.WebAuthnRelyingPartyID":                                              {lacking, localhost},
	"UserPoolClient.AllowedOAuthFlows":                                             {refused, noSuchFlow},
	"UserPoolClient.AnalyticsConfiguration":                                        {harmless, "statistics"},
	"UserPoolClient.EnablePropagateAdditionalUserContextData":                      {harmless, "threat protection alone uses it"},
	"UserPoolClient.ExplicitAuthFlows":                                             {refused, noSuchFlow},
	"UserPoolDomain.CustomDomainConfig":                                            {harmless, "the endpoints have local addresses"},
	"UserPoolDomain.ManagedLoginVersion":                                           {harmless, onePage},
	"UserPoolDomain.Routing":                                                       {harmless, noReplica},
	"UserPoolRegionalConfigurationAttachment":                                      {lacking, noReplica},
	"UserPoolReplica":                                                              {lacking, noReplica},
	"UserPoolRiskConfigurationAttachment":                                          {refused, "sign-ins and passwords that it blocks are accepted"},
	"UserPoolUICustomizationAttachment":                                            {harmless, onePage},
}
