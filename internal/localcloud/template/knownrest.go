package template

const (
	noCredentials = "the local cloud issues no AWS credentials"
	noReplica     = "there is one pool, in one Region"
)

// otherRows judge a type as a whole where nothing of it is here.
var otherRows = map[string]verdict{
	"IdentityPool":                              {lacking, noCredentials},
	"IdentityPoolPrincipalTag":                  {lacking, noCredentials},
	"IdentityPoolRoleAttachment":                {lacking, noCredentials},
	"LogDeliveryConfiguration":                  {harmless, "Cognito's own logs, which no client sees"},
	"ManagedLoginBranding":                      {harmless, onePage},
	"Terms":                                     {harmless, onePage},
	"UserPoolDomain.CustomDomainConfig":         {harmless, "the endpoints have local addresses"},
	"UserPoolDomain.Domain":                     {class: acts},
	"UserPoolDomain.ManagedLoginVersion":        {harmless, onePage},
	"UserPoolDomain.Routing":                    {harmless, noReplica},
	"UserPoolDomain.UserPoolId":                 {class: acts},
	"UserPoolGroup.Description":                 {class: acts},
	"UserPoolGroup.GroupName":                   {class: acts},
	"UserPoolGroup.Precedence":                  {class: acts},
	"UserPoolGroup.RoleArn":                     {class: acts},
	"UserPoolGroup.UserPoolId":                  {class: acts},
	"UserPoolIdentityProvider.AttributeMapping": {class: acts},
	"UserPoolIdentityProvider.IdpIdentifiers":   {class: acts},
	"UserPoolIdentityProvider.ProviderDetails":  {class: acts},
	"UserPoolIdentityProvider.ProviderName":     {class: acts},
	"UserPoolIdentityProvider.ProviderType":     {class: acts},
	"UserPoolIdentityProvider.UserPoolId":       {class: acts},
	"UserPoolRegionalConfigurationAttachment":   {lacking, noReplica},
	"UserPoolReplica":                           {lacking, noReplica},
	"UserPoolResourceServer.Identifier":         {class: acts},
	"UserPoolResourceServer.Name":               {class: acts},

	"UserPoolResourceServer.Scopes.ScopeDescription": {class: acts},
	"UserPoolResourceServer.Scopes.ScopeName":        {class: acts},
	"UserPoolResourceServer.UserPoolId":              {class: acts},
	"UserPoolRiskConfigurationAttachment":            {refused, "sign-ins and passwords that it blocks are accepted"},
	"UserPoolUICustomizationAttachment":              {harmless, onePage},
	"UserPoolUser.ClientMetadata":                    {class: acts},
	"UserPoolUser.DesiredDeliveryMediums":            {class: acts},
	"UserPoolUser.ForceAliasCreation":                {class: acts},
	"UserPoolUser.MessageAction":                     {class: acts},
	"UserPoolUser.UserAttributes.Name":               {class: acts},
	"UserPoolUser.UserAttributes.Value":              {class: acts},
	"UserPoolUser.UserPoolId":                        {class: acts},
	"UserPoolUser.Username":                          {class: acts},
	"UserPoolUser.ValidationData.Name":               {class: acts},
	"UserPoolUser.ValidationData.Value":              {class: acts},
	"UserPoolUserToGroupAttachment.GroupName":        {class: acts},
	"UserPoolUserToGroupAttachment.UserPoolId":       {class: acts},
	"UserPoolUserToGroupAttachment.Username":         {class: acts},
}
