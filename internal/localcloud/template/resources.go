package template

import "strings"

// resource reads one resource. It skips types that change nothing on one machine (roles,
// log groups, alarms) and notes what a user could miss.
func (r *reading) resource(id, kind string) {
	switch kind {
	case "AWS::Lambda::Function":
		r.function(id)
	case "AWS::Lambda::Permission":
		r.permission(id)
	case "AWS::Lambda::Alias", "AWS::Lambda::Version":
		r.qualifier(id)
	case "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable":
		r.table(id)
	case "AWS::Cognito::UserPool":
		r.pool(id)
	default:
		r.other(id, kind)
	}
}

func (r *reading) other(id, kind string) {
	// The other types of Cognito are read by belongToPool or are a finding of judge.
	for _, service := range []string{"AWS::Lambda::", "AWS::DynamoDB::"} {
		if strings.HasPrefix(kind, service) {
			r.unsupported("%s (%s) has no local counterpart and is left out", id, kind)
		}
	}
	if kind == "AWS::WAFv2::WebACLAssociation" {
		r.unsupported("%s (%s): the web ACL filters nothing here, every request reaches the pool", id, kind)
	}
}
