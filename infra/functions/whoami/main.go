// Command whoami is the sample route of the stack's HTTP API: GET /whoami answers
// who the caller is, from the access token and from nothing else. It shows an
// application where the claims arrive that the suite adds, and how to tell an access
// token from an ID token.
//
// API Gateway has verified the token before (signature, issuer, client, expiry) and
// gives its claims as texts: a list comes as "[a b]", a number as its digits. It
// takes ID tokens as well, which are for the client and not for an API: they are
// turned away here (RFC 9068 §5).
package main

import "github.com/aws/aws-lambda-go/lambda"

func main() { lambda.Start(whoami) }
