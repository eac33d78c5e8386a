package userpool

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func (r *rig) whoAmI(t *testing.T, access string) error {
	t.Helper()
	_, err := r.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: &access})
	return err
}

func (r *rig) revokeFor(t *testing.T, client, token string) error {
	t.Helper()
	_, err := r.api.RevokeToken(t.Context(), &idp.RevokeTokenInput{ClientId: &client, Token: &token})
	return err
}

// The session ends with all that rotation made of it, and no other session does.
func TestR53_ARevokedSessionIsOver(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	mine, other := r.login(t, "ada@example.com", longPassword), r.login(t, "ada@example.com", longPassword)
	rotated, err := r.api.GetTokensFromRefreshToken(t.Context(), &idp.GetTokensFromRefreshTokenInput{ClientId: aws.String(webClient), RefreshToken: mine.RefreshToken})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.revokeFor(t, webClient, *rotated.AuthenticationResult.RefreshToken); err != nil {
		t.Fatal(err)
	}
	for _, access := range []*string{mine.AccessToken, rotated.AuthenticationResult.AccessToken} {
		wantRefusal(t, r.whoAmI(t, *access), "NotAuthorizedException", "Access Token has been revoked")
	}
	for _, refresh := range []*string{mine.RefreshToken, rotated.AuthenticationResult.RefreshToken} {
		_, err := r.api.GetTokensFromRefreshToken(t.Context(), &idp.GetTokensFromRefreshTokenInput{ClientId: aws.String(webClient), RefreshToken: refresh})
		wantRefusal(t, err, "NotAuthorizedException", "Invalid Refresh Token")
	}
	if err := r.whoAmI(t, *other.AccessToken); err != nil {
		t.Errorf("another session: %v", err)
	}
	if err := r.revokeFor(t, webClient, "no such token"); err != nil {
		t.Errorf("RFC 7009: an unknown token is revoked already: %v", err)
	}
}

func TestR53_WhatRevokeTokenRefuses(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) {
		c.Clients = append(c.Clients, Client{ID: "other"}, Client{ID: "secret", Secret: "s"}, Client{ID: "off", NoTokenRevocation: true})
	})
	r.member(t, "ada@example.com")
	tokens := r.login(t, "ada@example.com", longPassword)
	for _, c := range []struct{ client, token, code, message string }{
		{webClient, *tokens.AccessToken, "UnsupportedTokenTypeException", "Unsupported token type"},
		{webClient, *tokens.IdToken, "UnsupportedTokenTypeException", "Unsupported token type"},
		{"other", *tokens.RefreshToken, "UnauthorizedException", "The token is not one of client other"},
		{"secret", *tokens.RefreshToken, "UnauthorizedException", "Unable to verify the client secret of client secret"},
		{"off", *tokens.RefreshToken, "UnsupportedOperationException", "Token revocation is not enabled for this client"},
		{"none", *tokens.RefreshToken, "InvalidParameterException", "Invalid client id provided"},
		{webClient, "", "InvalidParameterException", "1 validation error detected: Value null at 'token' failed to satisfy constraint: Member must not be null"},
	} {
		wantRefusal(t, r.revokeFor(t, c.client, c.token), c.code, c.message)
	}
	if err := r.whoAmI(t, *tokens.AccessToken); err != nil {
		t.Error(err)
	}
}

// Without revocation a token names no origin, and a sign-out still ends it.
func TestR53_WithoutRevocationATokenNamesNoOrigin(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Clients[0].NoTokenRevocation = true })
	r.member(t, "ada@example.com")
	access := *r.login(t, "ada@example.com", longPassword).AccessToken
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(access, ".")[1])
	if err != nil || strings.Contains(string(payload), "origin_jti") {
		t.Errorf("%s, %v", payload, err)
	}
	if err := r.whoAmI(t, access); err != nil {
		t.Fatal(err)
	}
	if _, err := r.api.GlobalSignOut(t.Context(), &idp.GlobalSignOutInput{AccessToken: &access}); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, r.whoAmI(t, access), "NotAuthorizedException", "Access Token has been revoked")
}

func TestR53_AMachinesTokenLacksTheScope(t *testing.T) {
	r := startRig(t, nil)
	out, err := r.machineToken(Client{ID: "m"}, []string{"api/read"}, overrides{})
	if err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, r.whoAmI(t, out.AccessToken), "NotAuthorizedException", "Access Token does not have required scopes")
}

// guide, "Lockout behavior for failed sign-in attempts": 2^(n-5) seconds, at most 15 minutes.
func TestR53_WrongPasswordsLockAUserOut(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	attempt := func(password, message string) {
		t.Helper()
		_, err := r.tryLogin(t, "ada@example.com", password)
		wantRefusal(t, err, "NotAuthorizedException", message)
	}
	for range 4 {
		attempt("Wrong-horse-7", "Incorrect username or password.")
	}
	for _, lock := range []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900} {
		attempt("Wrong-horse-7", "Incorrect username or password.")
		r.clock.pass(lock*time.Second - time.Millisecond)
		attempt(longPassword, "Password attempts exceeded")
		r.clock.pass(time.Millisecond)
	}
	r.login(t, "ada@example.com", longPassword)
	for range 4 {
		attempt("Wrong-horse-7", "Incorrect username or password.")
	}
	r.login(t, "ada@example.com", longPassword)
	for range 5 {
		attempt("Wrong-horse-7", "Incorrect username or password.")
	}
	r.clock.pass(time.Second + 15*time.Minute)
	for range 4 {
		attempt("Wrong-horse-7", "Incorrect username or password.")
	}
	r.login(t, "ada@example.com", longPassword)
}

func TestR53_GroupsComeInPages(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) {
		c.Groups = []Group{{Name: "d"}, {Name: "b"}, {Name: "c"}, {Name: "a"}, {Name: "e"}}
	})
	r.member(t, "ada@example.com")
	pool, ada := aws.String(poolUnderTest), aws.String("ada@example.com")
	for _, g := range []string{"e", "a", "c"} {
		if _, err := r.api.AdminAddUserToGroup(t.Context(), &idp.AdminAddUserToGroupInput{UserPoolId: pool, Username: ada, GroupName: &g}); err != nil {
			t.Fatal(err)
		}
	}
	all := ""
	for page := idp.NewListGroupsPaginator(r.api, &idp.ListGroupsInput{UserPoolId: pool, Limit: aws.Int32(2)}); page.HasMorePages(); all += "|" {
		out, err := page.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all += groupNames(out.Groups)
	}
	for page := idp.NewAdminListGroupsForUserPaginator(r.api, &idp.AdminListGroupsForUserInput{UserPoolId: pool, Username: ada, Limit: aws.Int32(2)}); page.HasMorePages(); all += "|" {
		out, err := page.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all += groupNames(out.Groups)
	}
	if all != "ab|cd|e|ac|e|" {
		t.Errorf("pages %s", all)
	}
	_, err := r.api.ListGroups(t.Context(), &idp.ListGroupsInput{UserPoolId: pool, NextToken: aws.String("!")})
	wantRefusal(t, err, "InvalidParameterException", "Invalid pagination token")
}

func groupNames(groups []types.GroupType) (all string) {
	for _, g := range groups {
		all += *g.GroupName
	}
	return all
}
