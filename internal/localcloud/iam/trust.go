package iam

import "fmt"

// Role is what a role says: who may take it, and what its sessions may do.
type Role struct {
	Trust    Policy
	Policies []Policy
}

// WebIdentity is who asks for a role with a token of the identity pool (STS,
// AssumeRoleWithWebIdentity).
type WebIdentity struct {
	// Audience is the identity pool's id, Subject the identity's.
	Audience, Subject string
	// AMR is authenticated or unauthenticated, and for a user the providers (Amazon Cognito
	// developer guide, "Role trust and permissions").
	AMR []string
	// Tags are the principal tags of the session. With any, the trust policy must also allow
	// sts:TagSession ("Using attributes for access control").
	Tags map[string]string
}

// federated is the provider of each web identity here.
const federated = "cognito-identity.amazonaws.com"

// AssumeRoleWithWebIdentity returns nil if a role's trust policy lets the web identity take the
// role, and otherwise an error that names the action that it does not allow.
func AssumeRoleWithWebIdentity(trust Policy, w WebIdentity) error {
	actions := []string{"sts:AssumeRoleWithWebIdentity"}
	if len(w.Tags) > 0 {
		actions = append(actions, "sts:TagSession")
	}
	for _, action := range actions {
		asked := request{action: action, principal: "Federated " + federated, keys: map[string][]string{
			federated + ":aud": {w.Audience}, federated + ":sub": {w.Subject}, federated + ":amr": w.AMR,
		}}
		if v := evaluate([]Policy{trust}, asked); !v.allowed {
			return fmt.Errorf("the trust policy %s does not allow %s", trust.Name, action)
		}
	}
	return nil
}
