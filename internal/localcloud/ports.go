package localcloud

// Ports of localhost; 0 means a free one. CognitoTLS has what CognitoIDP has. Page, Sample and
// Shop are for who shows the cloud: Start does not open them.
type Ports struct{ CognitoIDP, CognitoTLS, Lambda, DynamoDB, Page, Sample, API, Shop int }

// DefaultPort is the first of the ports that a developer's tools expect.
const DefaultPort = 4810

// PortsFrom returns the ports from base on, and free ones for 0. The next ones, up to
// base + 9, are kept for what is to come.
func PortsFrom(base int) Ports {
	if base == 0 {
		return Ports{}
	}
	return Ports{CognitoIDP: base, CognitoTLS: base + 1, Lambda: base + 2, DynamoDB: base + 3, Page: base + 4, Sample: base + 5, API: base + 6, Shop: base + 7}
}
