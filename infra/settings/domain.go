package settings

import (
	"fmt"
	"regexp"
	"strings"
)

// Domain is the host name of the pool's token endpoint and sign-in pages: a prefix of
// Cognito's own domain, or a name of yours with its certificate.
type Domain struct {
	// Prefix is the first label of <prefix>.auth.<region>.amazoncognito.com. It must be
	// unique in the Region among all AWS accounts and may not contain aws, amazon or
	// cognito. Default: none. Example: example-corp-dev.
	Prefix string `yaml:"prefix" pattern:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"`

	// Name is a host name of yours, in place of Prefix. Before the deployment its parent
	// must have an A record (auth.example.com needs one at example.com; it may point
	// anywhere), or Cognito refuses the domain. After it, make an alias or CNAME record of
	// the name to the stack's output UserPoolDomainTarget. Discovery and the issuer stay
	// where they are (developer guide, "Using your own domain for managed login").
	// Default: none. Example: auth.example.com.
	Name string `yaml:"name"`

	// CertificateARN is the ACM certificate of Name. It must be in us-east-1, whatever the
	// stack's Region: CloudFront serves the domain. Default: none. Example:
	// arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-….
	CertificateARN string `yaml:"certificateArn" pattern:"^arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate/[A-Za-z0-9-]+$"`
}

var (
	prefixForm      = form[Domain]("Prefix")
	certificateForm = form[Domain]("CertificateARN")
	// hostForm is a host name below another one: Cognito takes no top-level domain, and no
	// wildcard.
	hostForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.){2,}[a-z]([a-z0-9-]{0,61}[a-z0-9])$`)
)

// domain checks the pool's domain.
func (c *checker) domain(d Domain) {
	switch {
	case d == Domain{}:
		c.faults.Add("domain.prefix", "is missing", "choose one that is free in the Region, such as your company's name and the stage, or write name and certificateArn")
	case d.Prefix != "" && d.Name != "":
		c.faults.Add("domain", "has a prefix and a name", "remove one of the two")
	case d.Prefix == "":
		c.customDomain(d)
		return
	case !prefixForm.MatchString(d.Prefix):
		c.faults.Add("domain.prefix", fmt.Sprintf("%q is not a domain label", d.Prefix), "use 1 to 63 small letters, digits and inner hyphens")
	}
	if d.CertificateARN != "" {
		c.faults.Add("domain.certificateArn", "is of no use to a prefix", "remove it, or write name in place of prefix")
	}
	// "Domain cannot contain reserved word" (github.com/aws-amplify/amplify-cli#3854).
	for _, reserved := range []string{"aws", "amazon", "cognito"} {
		if strings.Contains(d.Prefix, reserved) {
			c.faults.Add("domain.prefix", fmt.Sprintf("%q contains %s, which Cognito reserves", d.Prefix, reserved), "leave that out")
		}
	}
}

// customDomain checks a domain of the team's own (developer guide, as above).
func (c *checker) customDomain(d Domain) {
	if d.Name == "" {
		c.faults.Add("domain.name", "is missing", "write the host name that the certificate is for")
	} else if len(d.Name) > 63 || !hostForm.MatchString(d.Name) { // API reference, DomainType
		c.faults.Add("domain.name", fmt.Sprintf("%q is not a host name below a domain", d.Name), "write it in small letters, at most 63, without https:// and port, such as auth.example.com")
	}
	if d.CertificateARN == "" {
		c.faults.Add("domain.certificateArn", "is missing", "name the ACM certificate of domain.name, in us-east-1")
	} else if !certificateForm.MatchString(d.CertificateARN) {
		c.faults.Add("domain.certificateArn", fmt.Sprintf("%q is not the ARN of an ACM certificate in us-east-1", d.CertificateARN),
			"request or import it there: CloudFront takes certificates of that Region alone")
	}
}
