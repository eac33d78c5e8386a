package userpool

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/golang-jwt/jwt/v5"
)

func refreshWith(r *rig, t *testing.T, token string) (*types.AuthenticationResultType, error) {
	t.Helper()
	out, err := r.api.GetTokensFromRefreshToken(t.Context(), &idp.GetTokensFromRefreshTokenInput{ClientId: aws.String(webClient), RefreshToken: aws.String(token)})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

func TestRotationReplacesTheTokenAndKeepsTheSession(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Clients[0].RefreshGrace = 10 * time.Second })
	r.member(t, "ada@example.com")
	first := r.login(t, "ada@example.com", longPassword)
	start := r.clock.now()
	r.clock.pass(time.Hour)
	second, err := refreshWith(r, t, *first.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if *second.RefreshToken == *first.RefreshToken {
		t.Error("the refresh token was not rotated")
	}
	before, after := r.claimsOf(t, *first.IdToken), r.verifiedToken(t, *second.IdToken)
	if before["origin_jti"] != after["origin_jti"] || before["auth_time"] != after["auth_time"] || after["iat"] != before["iat"].(float64)+3600 {
		t.Errorf("before %v\nafter %v", before, after)
	}
	r.clock.pass(9 * time.Second)
	if _, err := refreshWith(r, t, *first.RefreshToken); err != nil {
		t.Errorf("within the grace period: %v", err)
	}
	r.clock.pass(time.Second)
	_, err = refreshWith(r, t, *first.RefreshToken)
	wantRefusal(t, err, "RefreshTokenReuseException", "Refresh token has been replaced by rotation and its grace period is over")

	// The successor ends when the first token would have.
	r.clock.pass(start.Add(30 * 24 * time.Hour).Sub(r.clock.now()))
	_, err = refreshWith(r, t, *second.RefreshToken)
	wantRefusal(t, err, "NotAuthorizedException", "Refresh Token has expired")
	_, err = refreshWith(r, t, "nonsense")
	wantRefusal(t, err, "NotAuthorizedException", "Invalid Refresh Token")
}

func (r *rig) claimsOf(t *testing.T, token string) jwt.MapClaims {
	t.Helper()
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(token, claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

func TestRefreshSeesTheUserAsItIsNow(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	token := *r.login(t, "ada@example.com", longPassword).RefreshToken
	pool, name := aws.String(poolUnderTest), aws.String("ada@example.com")
	if _, err := r.api.AdminAddUserToGroup(t.Context(), &idp.AdminAddUserToGroupInput{UserPoolId: pool, Username: name, GroupName: aws.String("admins")}); err != nil {
		t.Fatal(err)
	}
	out, err := refreshWith(r, t, token)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(r.verifiedToken(t, *out.AccessToken)["cognito:groups"]); got != "[admins]" {
		t.Errorf("groups %s", got)
	}
}

func TestFailingTriggerDoesNotCostTheRefreshToken(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	token := *r.login(t, "ada@example.com", longPassword).RefreshToken
	r.fns.answer(preTokenGeneration, failing("try later"))
	_, err := refreshWith(r, t, token)
	wantRefusal(t, err, "UserLambdaValidationException", "PreTokenGeneration failed with error try later.")
	r.fns.answer(preTokenGeneration, nil)
	if _, err := refreshWith(r, t, token); err != nil {
		t.Errorf("second try: %v", err)
	}
}

// A refresh without rotation returns no new refresh token, and the old one stays valid.
func TestRefreshTokenAuthWithoutRotation(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) {
		c.Clients[0].RefreshTokenRotation = false
		c.Clients[0].ExplicitAuthFlows = append(c.Clients[0].ExplicitAuthFlows, "ALLOW_REFRESH_TOKEN_AUTH")
		c.Clients[0].Secret = "s3cret"
	})
	u := r.placeUser(t, "ada@example.com")
	hash := r.cfg().Clients[0].secretHash("ada@example.com")
	out, err := r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
		ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ada@example.com", "PASSWORD": longPassword, "SECRET_HASH": hash},
	})
	if err != nil {
		t.Fatal(err)
	}
	refresh := &idp.InitiateAuthInput{
		ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeRefreshTokenAuth,
		AuthParameters: map[string]string{"REFRESH_TOKEN": *out.AuthenticationResult.RefreshToken, "SECRET_HASH": hash},
	}
	// The hash of a refresh is over the username, here a UUID, not over the name typed at
	// sign-in.
	_, err = r.api.InitiateAuth(t.Context(), refresh)
	wantRefusal(t, err, "NotAuthorizedException", "Unable to verify secret hash for client web1example")
	refresh.AuthParameters["SECRET_HASH"] = r.cfg().Clients[0].secretHash(u.username)
	for range 2 {
		again, err := r.api.InitiateAuth(t.Context(), refresh)
		if err != nil || again.AuthenticationResult.RefreshToken != nil {
			t.Errorf("refresh: %+v %v", again, err)
		}
	}
	get := map[string]any{"ClientId": webClient, "ClientSecret": "s3cret", "RefreshToken": *out.AuthenticationResult.RefreshToken}
	if got := r.must(t, "GetTokensFromRefreshToken", get)["AuthenticationResult"].(map[string]any); got["AccessToken"] == "" || got["RefreshToken"] != nil {
		t.Errorf("without rotation: %v", got)
	}
	_, err = r.raw(t, "GetTokensFromRefreshToken", with(get, "ClientId", "nobody"))
	wantRefusal(t, err, "ResourceNotFoundException", "User pool client nobody does not exist.")
	r.fns.answer(preTokenGeneration, failing("not now"))
	_, err = r.api.InitiateAuth(t.Context(), refresh)
	wantRefusal(t, err, "UserLambdaValidationException", "PreTokenGeneration failed with error not now.")
	delete(refresh.AuthParameters, "REFRESH_TOKEN")
	_, err = r.api.InitiateAuth(t.Context(), refresh)
	wantRefusal(t, err, "InvalidParameterException", "Missing required parameter REFRESH_TOKEN")
}

// placeUser stores a confirmed user.
func (r *rig) placeUser(t *testing.T, email string) user {
	t.Helper()
	u, err := r.newUser(email, longPassword, map[string]string{"email_verified": "true"})
	if err != nil {
		t.Fatal(err)
	}
	u.status = confirmed
	if err := r.store.add(u, false); err != nil {
		t.Fatal(err)
	}
	return u
}

// What decides about a refresh token, asked one after another.
func TestR53_ARefreshTokenIsItsClientsAndIsReplacedOnce(t *testing.T) {
	r := startRig(t, nil)
	u := r.placeUser(t, "ada@example.com")
	client := Client{ID: webClient, RefreshTokenRotation: true, RefreshGrace: 10 * time.Second}
	token := r.store.addGrant(r.newGrant(u, client, nil, false))
	_, err := r.grantOf(token, Client{ID: "another"})
	wantSame(t, err, notAuthorized("Invalid Refresh Token"))
	_, err = r.grantOf("made up", client)
	wantSame(t, err, notAuthorized("Invalid Refresh Token"))
	_, err = r.rotate("made up", client)
	wantSame(t, err, errReuse())
	if _, err := r.rotate(token, client); err != nil {
		t.Fatal(err)
	}
	again, err := r.rotate(token, client)
	if err != nil {
		t.Fatalf("within the grace period: %v", err)
	}
	r.clock.pass(10 * time.Second)
	_, err = r.grantOf(token, client)
	wantSame(t, err, errReuse())
	_, err = r.rotate(token, client)
	wantSame(t, err, errReuse())
	if _, err := r.grantOf(again, client); err != nil {
		t.Errorf("the successor: %v", err)
	}
}

func TestR53_QuietMinutesForgiveFailedAttempts(t *testing.T) {
	s := startRig(t, nil)
	for round := range 2 {
		for range freeAttempts - 1 {
			s.store.counted("ada", true)
		}
		if s.store.isLocked("ada") {
			t.Fatalf("round %d: locked before the fifth attempt", round)
		}
		s.clock.pass(longestLock)
	}
}

func TestR53_WhatRevokeRefusesHasItsReason(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	tokens := r.login(t, "ada@example.com", longPassword)
	if *tokens.TokenType != "Bearer" {
		t.Errorf("a token of type %s", *tokens.TokenType)
	}
	for _, c := range []struct {
		client Client
		token  string
		want   oauthError
	}{
		{Client{ID: webClient}, "", oauthError{"invalid_request", "token is missing, or the app client has no token revocation"}},
		{Client{ID: webClient, NoTokenRevocation: true}, *tokens.RefreshToken, oauthError{"invalid_request", "token is missing, or the app client has no token revocation"}},
		{Client{ID: webClient}, *tokens.AccessToken, oauthError{"unsupported_token_type", "the token is no refresh token"}},
		{Client{ID: "another"}, *tokens.RefreshToken, oauthError{"invalid_request", "the token is another client's"}},
	} {
		if got, ok := r.revoke(c.client, c.token).(*oauthError); !ok || *got != c.want {
			t.Errorf("%+v, want %+v", got, c.want)
		}
	}
}

// A tool may refresh as the user without using up the app's token.
func TestASecondTokenRefreshesAndLeavesTheAppItsOwn(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	if known, err := r.WithSecondToken("nobody", webClient, func(string, string) error { return errors.New("called") }); known || err != nil {
		t.Errorf("a user without a session has one: %v", err)
	}
	first := r.login(t, "ada@example.com", longPassword)
	var ended []string
	known, err := r.WithSecondToken(r.claimsOf(t, *first.IdToken)["sub"].(string), webClient, func(second, _ string) error {
		got, err := refreshWith(r, t, second)
		if err != nil {
			return err
		}
		ended = []string{second, *got.RefreshToken}
		if one, other := r.claimsOf(t, *first.IdToken), r.claimsOf(t, *got.IdToken); one["origin_jti"] != other["origin_jti"] {
			t.Errorf("it is another session: %v and %v", one, other)
		}
		return nil
	})
	if !known || err != nil {
		t.Fatalf("the session is known: %v, %v", known, err)
	}
	for _, token := range ended {
		if _, err := refreshWith(r, t, token); err == nil {
			t.Error("it outlives its end")
		}
	}
	if _, err := refreshWith(r, t, *first.RefreshToken); err != nil {
		t.Errorf("the app's own: %v", err)
	}
}

// Of all sessions it is the newest one of that user with that client that still lives.
func TestASecondTokenIsOfTheNewestSession(t *testing.T) {
	r := startRig(t, nil)
	now := r.clock.now()
	add := func(device, sub, client string, since time.Duration, change func(*grant)) {
		g := &grant{sub: sub, clientID: client, device: device, authTime: now.Add(since), expires: now.Add(time.Hour)}
		if change != nil {
			change(g)
		}
		r.store.grants[device] = g
	}
	add("old", "a", webClient, 1, nil)
	add("newest", "a", webClient, 2, nil)
	add("another user's", "b", webClient, 3, nil)
	add("another client's", "a", "other", 3, nil)
	add("rotated", "a", webClient, 3, func(g *grant) { g.rotated = now })
	add("expired", "a", webClient, 3, func(g *grant) { g.expires = now })
	failed := errors.New("no")
	known, err := r.WithSecondToken("a", webClient, func(token, device string) error {
		if g := r.store.grants[token]; device != "newest" || g == nil || g.device != "newest" {
			t.Errorf("it is the session of %q: %+v", device, g)
		}
		return failed
	})
	if !known || !errors.Is(err, failed) {
		t.Errorf("%v, %v", known, err)
	}
}
