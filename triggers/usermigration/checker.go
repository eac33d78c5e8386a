package main

import "errors"

// checker checks hashes. No format is known yet.
type checker struct{}

var errNoFormat = errors.New("no format of password hashes is known")

// Check fails.
func (checker) Check(string, string) (bool, error) { return false, errNoFormat }

// Waste does nothing.
func (checker) Waste(string, uint64, string) error { return nil }
