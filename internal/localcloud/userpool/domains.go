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

// describedDomain has no members if no pool has the domain.
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
		return refuse("FeatureUnavailableInTierException", "Managed login needs the ESSENTIALS or PLUS plan")
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
	return made.output(), p.store.withDomains(func(domains map[string]domain) error {
		for _, d := range domains {
			if d.custom() == made.custom() {
				return invalidParameter("User pool already has a domain configured.")
			}
		}
		domains[in.Domain] = made
		return nil
	})
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
	var changed domain
	err := p.onDomain(in, func(domains map[string]domain) error {
		d := domains[in.Domain]
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
		domains[in.Domain], changed = d, d
		return nil
	})
	return changed.output(), err
}

// deleteUserPoolDomain: "your managed login pages and authorization server are no longer
// available" (API reference).
func (p *Pool) deleteUserPoolDomain(in domainInput) (empty, error) {
	return empty{}, p.onDomain(in, func(domains map[string]domain) error { delete(domains, in.Domain); return nil })
}

// onDomain refuses a domain that the pool does not have, in the words that amplify-cli's tests
// of a real pool name.
func (p *Pool) onDomain(in domainInput, f func(map[string]domain) error) error {
	return p.store.withDomains(func(domains map[string]domain) error {
		if _, known := domains[in.Domain]; !known {
			return invalidParameter("No such domain or user pool exists.")
		}
		return f(domains)
	})
}

// describeUserPoolDomain answers for an unknown domain with an empty description, as
// terraform-provider-aws expects of AWS.
func (p *Pool) describeUserPoolDomain(in domainInput) (describedDomain, error) {
	out := describedDomain{empty{}}
	_ = p.onDomain(in, func(domains map[string]domain) error { out.DomainDescription = domains[in.Domain]; return nil })
	return out, nil
}

func (p *Pool) owns(name string) (owns bool) {
	_ = p.store.withDomains(func(domains map[string]domain) error { _, owns = domains[name]; return nil })
	return owns
}

// hasDomain reports whether the pool has hosted pages and OAuth endpoints.
func (p *Pool) hasDomain() bool { prefix, custom := p.domains(); return prefix+custom != "" }

// domains returns the pool's two domains, "" for one that it does not have.
func (p *Pool) domains() (prefix, custom string) {
	_ = p.store.withDomains(func(domains map[string]domain) error {
		for name, d := range domains {
			if d.custom() {
				custom = name
			} else {
				prefix = name
			}
		}
		return nil
	})
	return prefix, custom
}

func (s *store) withDomains(f func(map[string]domain) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return f(s.domains)
}
