package userpool

import (
	"crypto/rand"
	"slices"
)

// createUserPool makes a pool beside the others, with keys of its own.
func (p *Pool) createUserPool(in rawInput) (describedPool, error) {
	request, err := in.settings(byCreate)
	if err != nil {
		return describedPool{}, err
	}
	name, _ := request["PoolName"].(string)
	if err := nameShape.check("poolName", name); err != nil {
		return describedPool{}, err
	}
	settings, err := NewSettings(request)
	if err != nil {
		return describedPool{}, err
	}
	home := p.cfg()
	cfg := Config{Region: home.Region, AccountID: home.AccountID}
	cfg.ID = home.Region + "_" + rand.Text()[:9]
	cfg.ARN = "arn:aws:cognito-idp:" + home.Region + ":" + home.AccountID + ":userpool/" + cfg.ID
	if err := cfg.become(settings); err != nil {
		return describedPool{}, err
	}
	if err := p.canFire(cfg); err != nil {
		return describedPool{}, err
	}
	p.service.settled(cfg.ID, nil, cfg.Settings)
	return p.service.open(cfg).describe(), nil
}

// deleteUserPool refuses a pool that is protected or has a domain. The sentences are seen in
// localstack/localstack#11947 and hashicorp/terraform-provider-aws#16479.
func (p *Pool) deleteUserPool(ofPool) (empty, error) {
	switch cfg := p.cfg(); {
	case cfg.DeletionProtection == "ACTIVE":
		return empty{}, invalidParameter("The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.")
	case p.hasDomain():
		return empty{}, invalidParameter("User pool cannot be deleted. It has a domain configured that should be deleted first.")
	default:
		p.service.remove(cfg.ID)
		return empty{}, nil
	}
}

// poolSummary is the API's UserPoolDescriptionType.
type poolSummary struct {
	ID                             string `json:"Id"`
	Name                           any
	LambdaConfig                   any
	CreationDate, LastModifiedDate epoch
}

func (p *Pool) listUserPools(in paging) (object, error) {
	if in.MaxResults == nil {
		return nil, violation(" null", "maxResults", "not be null")
	}
	return pageOf(p, poolsList, in, "", p.service.all(), func(p *Pool) string { return p.cfg().ID }, func(p *Pool) poolSummary {
		cfg := p.cfg()
		return poolSummary{cfg.ID, cfg.Settings["Name"], cfg.Settings["LambdaConfig"], epoch(p.created), epoch(cfg.modified)}
	})
}

type addAttributesInput struct {
	ofPool
	CustomAttributes []object
}

// addCustomAttributes adds to the schema, which changes in no other way. At most 25 a
// request, 50 a pool (API reference, AddCustomAttributes; guide, "Quotas in Amazon
// Cognito"). AWS's sentence is seen in jmaleonard/serverless-cognito-add-custom-attributes#3.
func (p *Pool) addCustomAttributes(in addAttributesInput) (empty, error) {
	if n := len(in.CustomAttributes); n < 1 || n > 25 {
		return empty{}, violation("", "customAttributes", "have length 1 to 25")
	}
	return empty{}, p.change(func(next *Config) error {
		schema, _ := next.Settings["SchemaAttributes"].([]any)
		for _, given := range in.CustomAttributes {
			a, err := customAttribute(given)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(schema, func(old any) bool { return old.(object)["Name"] == a["Name"] }) {
				return invalidParameter("%v: Existing attribute already has name %v.", a["Name"], a["Name"])
			}
			schema = append(schema, a)
		}
		if len(schema) > len(standardSchema())+50 {
			return invalidParameter("A user pool has at most 50 custom attributes.")
		}
		return next.become(next.Settings.with("SchemaAttributes", schema))
	})
}

type (
	ofResource struct{ ResourceArn string }
	tagInput   struct {
		ofResource
		Tags map[string]string
	}
	untagInput struct {
		ofResource
		TagKeys []string
	}
	tagsOutput struct{ Tags object }
)

func (p *Pool) listTagsForResource(ofResource) (tagsOutput, error) {
	return tagsOutput{p.cfg().Settings.part("UserPoolTags")}, nil
}

func (p *Pool) tagResource(in tagInput) (empty, error) {
	return empty{}, p.changeTags(func(tags object) {
		for key, value := range in.Tags {
			tags[key] = value
		}
	})
}

func (p *Pool) untagResource(in untagInput) (empty, error) {
	return empty{}, p.changeTags(func(tags object) {
		for _, key := range in.TagKeys {
			delete(tags, key)
		}
	})
}

func (p *Pool) changeTags(f func(object)) error {
	return p.change(func(next *Config) error {
		tags := complete(next.Settings.part("UserPoolTags"), object{})
		if f(tags); len(tags) > 50 { // guide, "Quotas in Amazon Cognito"
			return refuse("UserPoolTaggingException", "A user pool has at most 50 tags.")
		}
		return next.become(next.Settings.with("UserPoolTags", tags))
	})
}
