package shop

import (
	"errors"
	"strings"
	"sync"
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

// people are the table of users.
type people struct {
	mu  *sync.Mutex
	all []*Customer // guarded, but for Email
	// dummy is what the password for an unknown name is compared with: it costs what most names cost.
	dummy string
}

func newPeople(rows []Customer) people {
	p := people{mu: new(sync.Mutex), dummy: Hash("")}
	for _, row := range rows {
		p.all = append(p.all, &row)
	}
	return p
}

// find returns the row of an address, nil if there is none.
func (p people) find(email string) *Customer {
	email = strings.ToLower(strings.TrimSpace(email))
	for _, who := range p.all {
		if who.Email == email {
			return who
		}
	}
	return nil
}

// change changes a row and returns how it is then.
func (p people) change(who *Customer, change func(*Customer)) Customer {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(who)
	return *who
}

func (p people) read(who *Customer) Customer { return p.change(who, func(*Customer) {}) }

// ofPassword returns whose name and password it is, or nil.
func (p people) ofPassword(email, password string) *Customer {
	who, hash := p.find(email), ""
	if who != nil {
		hash = p.read(who).Hash
	}
	if hash == "" {
		fits(p.dummy, password)
		return nil
	}
	if !fits(hash, password) {
		return nil
	}
	p.change(who, func(c *Customer) { c.LastSignIn = time.Now() })
	return who
}

// errNobody says that no row is of a token's user.
var errNobody = errors.New("no row has this sub or this verified address")

// ofSub returns whose sub it is. At its first sight the row of the verified address is linked with
// it, unless it is linked already.
func (p people) ofSub(sub string, address func() (string, bool, error)) (*Customer, error) {
	for _, who := range p.all {
		if p.read(who).Sub == sub {
			return who, nil
		}
	}
	email, verified, err := address()
	if err != nil {
		return nil, err
	}
	who := p.find(email)
	if who == nil || !verified {
		return nil, errNobody
	}
	now := p.change(who, func(c *Customer) {
		if c.Sub == "" {
			c.Sub = sub
		}
	})
	if now.Sub != sub {
		return nil, errNobody
	}
	return who, nil
}

func (p people) dropHashes() {
	for _, who := range p.all {
		p.change(who, func(c *Customer) { c.Hash = "" })
	}
}

func (p people) copied() (rows []Customer) {
	for _, who := range p.all {
		rows = append(rows, p.read(who))
	}
	return rows
}
