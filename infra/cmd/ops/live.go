package main

import (
	"slices"
	"time"
)

// published is a version of a function.
type published struct {
	Number int `json:"version"`
	// Policy is the hash that the version's log lines carry, as the stack describes
	// it; "" where it does not.
	Policy string    `json:"policy"`
	At     time.Time `json:"publishedAt"`
}

// function is a trigger function as it is deployed.
type function struct {
	Trigger string `json:"trigger"` // PreSignUp …
	Name    string `json:"function"`
	// Live is the version that the pool's calls reach, Versions are all that are
	// kept, oldest first.
	Live     published   `json:"live"`
	Versions []published `json:"versions"`

	revision *string // of the alias: a change in between fails the next
}

// newest is the version that the last deployment of this function made.
func (f function) newest() published { return f.Versions[len(f.Versions)-1] }

// before is the newest version older than the live one.
func (f function) before() (published, bool) {
	for _, v := range slices.Backward(f.Versions) {
		if v.Number < f.Live.Number {
			return v, true
		}
	}
	return published{}, false
}

// version finds one by its number.
func (f function) version(number int) (published, bool) {
	i := slices.IndexFunc(f.Versions, func(v published) bool { return v.Number == number })
	if i < 0 {
		return published{}, false
	}
	return f.Versions[i], true
}
