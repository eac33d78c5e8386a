package userpool

// refused are the operations that this pool does not have, with what follows. With those of
// operations.go they are all of the API's newest model; a test compares them.
func refused() map[string]string {
	all := map[string]string{}
	for why, names := range map[string][]string{
		"the hosted pages have one look":                    {"CreateManagedLoginBranding", "DeleteManagedLoginBranding", "DescribeManagedLoginBranding", "DescribeManagedLoginBrandingByClient", "UpdateManagedLoginBranding", "GetUICustomization", "SetUICustomization"},
		"the hosted pages ask nobody to accept terms":       {"CreateTerms", "DeleteTerms", "DescribeTerms", "DescribeTermsByClient", "ListTerms", "UpdateTerms"},
		"there is no threat protection":                     {"DescribeRiskConfiguration", "SetRiskConfiguration"},
		"no log is delivered":                               {"GetLogDeliveryConfiguration", "SetLogDeliveryConfiguration"},
		"there is one Region":                               {"CreateUserPoolReplica", "DeleteUserPoolReplica", "ListUserPoolReplicas", "UpdateUserPoolReplica"},
		"the quotas are an option of the process":           {"GetProvisionedLimit", "UpdateProvisionedLimit"},
		"no request to a SAML provider is signed":           {"GetSigningCertificate"},
		"there is nothing to recover, and no point in time": {"CancelPointInTimeRecovery", "DescribePointInTimeRecovery", "InitiatePointInTimeRecovery", "ListPointInTimeRecoveries", "StartPointInTimeRecovery"},
		"no client registers itself by a metadata document": {"CreateCIMDPolicy", "DeleteCIMDPolicy", "DescribeCIMDPolicy", "ListCIMDPolicies", "ListClientMetadataURLs", "UpdateCIMDPolicy", "UpdateClientMetadataURLState"},
		"sessions of a client have no limits of their own":  {"GetUserPoolClientSessionConfiguration", "SetUserPoolClientSessionConfiguration"},
		"no token is derived from another":                  {"GetDerivedToken"},
	} {
		for _, name := range names {
			all[name] = why
		}
	}
	return all
}

// errUnknown refuses an operation by name.
func errUnknown(asked, name string) *APIError {
	if why := refused()[name]; why != "" {
		return refuse("UnknownOperationException", "the local user pool does not simulate the operation %s: %s", name, why)
	}
	return refuse("UnknownOperationException", "the local user pool does not simulate the operation %q", asked)
}
