// Command whoami is the sample route of the stack's HTTP API: GET /whoami answers who the
// caller is, from the access token alone. It shows where the suite's claims arrive and
// how to tell an access token from an ID token.
//
// API Gateway has verified the token (signature, issuer, client, expiry) and passes its
// claims as strings: a list is "[a b]", a number its digits. It also accepts ID tokens,
// which are for the client and not for an API; they are refused here (RFC 9068 §5).
package main

import "github.com/aws/aws-lambda-go/lambda"

func main() { lambda.Start(whoami) }
