package shop

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Customer is a row of the app's table of users, with the order that is this user's.
type Customer struct {
	// Email is the name for the sign-in, in small letters; the shop has verified it.
	Email string
	// Hash is of the password (password.go); "" once it is dropped.
	Hash string
	// Sub is the user's in the pool; "" before the first sight of a token.
	Sub string
	// LastSignIn is the last one by the shop's own sign-in.
	LastSignIn time.Time
	Order      Order
}

// Order is a row of data. Its number never changes.
type Order struct {
	Number int    `json:"number"`
	Item   string `json:"item"`
	Note   string `json:"note"`
}

// find returns the row of an address, nil if there is none.
func (a *App) find(email string) *Customer {
	email = strings.ToLower(strings.TrimSpace(email))
	for _, c := range a.rows {
		if c.Email == email {
			return c
		}
	}
	return nil
}

// ofPassword returns whose name and password it is, or nil. An unknown name costs as much as most
// others.
func (a *App) ofPassword(email, password string) *Customer {
	who, hash := a.find(email), a.dummy
	if who != nil {
		hash = who.Hash
	}
	if !fits(hash, password) || who == nil {
		return nil
	}
	who.LastSignIn = time.Now()
	return who
}

// errNobody says that no row is of a token's user.
var errNobody = errors.New("no row has this sub or this verified address")

// ofSub returns whose sub it is. At its first sight the row of the verified address is linked with
// it, unless it is linked already.
func (a *App) ofSub(ctx context.Context, sub string) (*Customer, error) {
	for _, c := range a.rows {
		if c.Sub == sub {
			return c, nil
		}
	}
	email, verified, err := a.setup.Address(ctx, sub)
	if err != nil {
		return nil, err
	}
	who := a.find(email)
	if !verified || who == nil || who.Sub != "" {
		return nil, errNobody
	}
	who.Sub = sub
	return who, nil
}
