package userpool

import "maps"

// describedPool is the API's UserPoolType.
type describedPool struct{ UserPool map[string]any }

// describeUserPool returns every member of the settings, what AWS adds to them, and the
// members that only the service knows.
func (p *Pool) describeUserPool(ofPool) (describedPool, error) { return p.describe(), nil }

func (p *Pool) describe() describedPool {
	cfg, kinds := p.cfg(), members()
	out := maps.Clone(object(cfg.Settings))
	maps.DeleteFunc(out, func(name string, _ any) bool { return kinds[name].taken == byMFA })
	for name, value := range map[string]any{
		"Id": cfg.ID, "Arn": cfg.ARN, "CreationDate": epoch(p.created), "LastModifiedDate": epoch(cfg.modified),
		"EstimatedNumberOfUsers": p.store.count(),
	} {
		out[name] = value
	}
	prefix, custom := p.domains()
	for name, domain := range map[string]string{"Domain": prefix, "CustomDomain": custom} {
		if domain != "" {
			out[name] = domain
		}
	}
	// The older name of one value (API reference, AdminCreateUserConfigType).
	out["AdminCreateUserConfig"] = complete(object{"UnusedAccountValidityDays": cfg.PasswordPolicy.TemporaryPasswordValidityDays},
		cfg.Settings["AdminCreateUserConfig"].(object))
	return describedPool{out}
}
