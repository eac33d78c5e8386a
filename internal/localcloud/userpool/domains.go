package userpool

import (
	"cmp"
	"strings"
)

// domain is where the hosted pages and the OAuth endpoints of a pool answer on AWS: a prefix
// of AWS's domain, or a domain of the app's own. Here both have the pool's local address.
type domain struct {
	UserPoolID             string `json:"UserPoolId"`
	AccountID              string `json:"AWSAccountId"`
	Domain                 string
	Status                 string
	CloudFrontDistribution string         `json:",omitempty"`
	CustomDomainConfig     map[string]any `json:",omitempty"`
	ManagedLoginVersion    int
	Routing                map[string]any `json:",omitempty"`
}

func (d domain) custom() bool { return strings.Contains(d.Domain, ".") }

type domainInput struct {
	ofPool
	Domain              string
	ManagedLoginVersion int
	CustomDomainConfig  map[string]any
	Routing             map[string]any
}

type domainOutput struct {
	CloudFrontDomain    string `json:",omitempty"`
	ManagedLoginVersion int
	Routing             map[string]any `json:",omitempty"`
}

// describedDomain has no members if no pool has the domain. That is from memory: the API
// reference does not say it.
type describedDomain struct{ DomainDescription any }

const prefixPattern = `[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?`

// check refuses what AWS does. Its sentences are seen in
// mineiros-io/terraform-aws-cognito-user-pool#69 (characters), content-analysis-on-aws#8 and
// amplify-cli#3854 (reserved words); the guide names the words ("Configuring a user pool
// domain").
func (in domainInput) check(cfg *Config) error {
	certificate, custom := "", in.CustomDomainConfig != nil
	if custom {
		certificate, _ = in.CustomDomainConfig["CertificateArn"].(string)
		if err := arnShape.check("customDomainConfig.certificateArn", certificate); err != nil {
			return err
		}
	}
	switch {
	case in.ManagedLoginVersion < 0 || in.ManagedLoginVersion > 2:
		return invalidParameter("ManagedLoginVersion must be 1 or 2")
	case in.ManagedLoginVersion == 2 && cfg.Tier == "LITE": // API reference, DomainDescriptionType
		return errPlan("ManagedLoginVersion 2")
	case custom:
		return shape{1, 63, prefixPattern + `(\.` + prefixPattern + `)+`}.check("domain", in.Domain)
	case shape{1, 63, prefixPattern}.check("domain", in.Domain) != nil:
		return invalidParameter("The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens. Please enter a different name that follows this format: ^%s$", prefixPattern)
	}
	for _, word := range []string{"aws", "amazon", "cognito"} {
		if strings.Contains(in.Domain, word) {
			return invalidParameter("Domain cannot contain reserved word: %s", word)
		}
	}
	return nil
}

// createUserPoolDomain: a pool has at most one domain of each kind (guide, "Configuring a
// user pool domain"). The sentence is seen in aws-samples/websocket-chat-application#29.
func (p *Pool) createUserPoolDomain(in domainInput) (domainOutput, error) {
	if err := in.check(p.cfg()); err != nil {
		return domainOutput{}, err
	}
	if owner := p.service.owner(in.Domain); owner != nil && owner != p { // seen in serverless/serverless#10135
		return domainOutput{}, invalidParameter("Domain already associated with another user pool.")
	}
	made := p.newDomain(in)
	p.store.mu.Lock()
	defer p.store.mu.Unlock()
	for _, d := range p.store.domains {
		if d.custom() == made.custom() {
			return domainOutput{}, invalidParameter("User pool already has a domain configured.")
		}
	}
	p.store.domains[in.Domain] = made
	return made.output(), nil
}

func (p *Pool) newDomain(in domainInput) domain {
	d := domain{
		p.cfg().ID, p.cfg().AccountID, in.Domain, "ACTIVE", "", in.CustomDomainConfig, cmp.Or(in.ManagedLoginVersion, 1), in.Routing,
	}
	if d.custom() { // on AWS the target of an alias in the app's DNS
		_, d.CloudFrontDistribution, _ = strings.Cut(p.URL(), "//")
	}
	return d
}

func (d domain) output() domainOutput {
	return domainOutput{d.CloudFrontDistribution, d.ManagedLoginVersion, d.Routing}
}

// updateUserPoolDomain changes branding version and certificate, never the name (API
// reference). What AWS does with omitted members it does not say; here they stay.
func (p *Pool) updateUserPoolDomain(in domainInput) (domainOutput, error) {
	changed, err := edit(p.store, p.store.domains, in.Domain, errNoDomain(), func(d *domain) error {
		if in.CustomDomainConfig == nil {
			in.CustomDomainConfig = d.CustomDomainConfig
		}
		if err := in.check(p.cfg()); err != nil {
			return err
		}
		d.CustomDomainConfig, d.ManagedLoginVersion = in.CustomDomainConfig, cmp.Or(in.ManagedLoginVersion, d.ManagedLoginVersion)
		if in.Routing != nil {
			d.Routing = in.Routing
		}
		return nil
	})
	return changed.output(), err
}

// deleteUserPoolDomain: "your managed login pages and authorization server are no longer
// available" (API reference).
func (p *Pool) deleteUserPoolDomain(in domainInput) (empty, error) {
	if _, known := take(p.store, p.store.domains, in.Domain); !known {
		return empty{}, errNoDomain()
	}
	return empty{}, nil
}

// errNoDomain has the words that amplify-cli's tests of a real pool name.
func errNoDomain() *APIError { return invalidParameter("No such domain or user pool exists.") }

// describeUserPoolDomain answers for an unknown domain with an empty description, as
// terraform-provider-aws expects of AWS.
func (p *Pool) describeUserPoolDomain(in domainInput) (describedDomain, error) {
	if d, known := get(p.store, p.store.domains, in.Domain); known {
		return describedDomain{d}, nil
	}
	return describedDomain{empty{}}, nil
}

func (p *Pool) owns(name string) bool { _, owns := get(p.store, p.store.domains, name); return owns }

// hasDomain reports whether the pool has hosted pages and OAuth endpoints.
func (p *Pool) hasDomain() bool { prefix, custom := p.domains(); return prefix+custom != "" }

// domains returns the pool's two domains, "" for one that it does not have.
func (p *Pool) domains() (prefix, custom string) {
	for _, d := range values(p.store, p.store.domains) {
		if d.custom() {
			custom = d.Domain
		} else {
			prefix = d.Domain
		}
	}
	return prefix, custom
}
