// Package iam decides who asks the local table, and whether that principal may.
//
// [Keys] has the credentials of everybody: the administrator's, those of each function's
// environment, those that the identity pool hands out. A request is signed with one of them,
// which the package checks as AWS does, and belongs to its [Principal]. An administrator may
// do everything. Anybody else may do what the policies of the template's role allow:
// [Policy] holds the statements that concern DynamoDB, and a role's trust.
//
// Only what the suite synthesizes is modelled, and what is not modelled is never allowed. A
// policy that says more is an error of [ParsePolicy] and stops the start by name. A request of
// which the package cannot tell what it asks for, such as PartiQL, is refused with a sentence
// that says so.
package iam
