package settings

// Secret is where a secret is in AWS Secrets Manager. A secret itself never stands in a stage
// file or a template.
type Secret struct {
	// ARN is the ARN of the secret, in the stack's Region. Default: none. Example:
	// arn:aws:secretsmanager:eu-west-1:111122223333:secret:google-AbCdEf.
	ARN string `yaml:"arn"`

	// Field is the member of the secret, if that is a JSON object. Default: "" means the
	// whole text of the secret. Example: clientSecret.
	Field string `yaml:"field"`

	// Version is the id of the secret's version. CloudFormation fetches the secret of an
	// identity provider at a deployment whose template differs: write the new version's id here
	// after you changed the secret. A function fetches its own when Lambda starts it. Default:
	// "", the version that is current then. Example: EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE.
	Version string `yaml:"version"`
}
