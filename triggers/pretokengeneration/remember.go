package main

import (
	"maps"
	"sync"
	"time"
)

// An app client's profile is remembered for so long, and for so many clients.
const (
	remembered  = time.Minute
	mostClients = 1024
)

// memory keeps the profiles of app clients for a short while, so that a token mostly
// costs only the read of the user. A client without a profile is not kept: its row
// counts as soon as it is written. The zero value is empty. memory is safe for
// concurrent use.
type memory struct {
	mu      sync.Mutex
	clients map[string]fact
}

// fact is what was read of a client, and when.
type fact struct {
	profile string
	at      time.Time
}

// fresh reports whether the fact may still be used. Event times of different
// invocations are not in order.
func (f fact) fresh(now time.Time) bool { return now.Sub(f.at).Abs() < remembered }

// profile returns the client's profile, or "" when it must be read.
func (m *memory) profile(client string, now time.Time) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if known := m.clients[client]; known.fresh(now) {
		return known.profile
	}
	return ""
}

// keep remembers a client's profile. Without room it forgets all stale facts, or all
// facts if none is stale.
func (m *memory) keep(client, profile string, now time.Time) {
	if client == "" || profile == "" {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.clients == nil {
		m.clients = map[string]fact{}
	}
	if _, known := m.clients[client]; !known && len(m.clients) >= mostClients {
		maps.DeleteFunc(m.clients, func(_ string, f fact) bool { return !f.fresh(now) })
		if len(m.clients) >= mostClients {
			clear(m.clients)
		}
	}
	m.clients[client] = fact{profile, now}
}
