package userpool

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"maps"
	"slices"
	"strings"
	"time"
)

// sessionTracking is a pool's session management (guide, "Managing user sessions"): what the
// user is shown of grants and visits. It is off until an operation turns it on: "When session
// tracking is off, Amazon Cognito does not store server-side session records and token
// contents are unchanged". What it adds to a token is named nowhere; here nothing.
type sessionTracking struct {
	on    bool
	most  int       // token sessions of a user
	since time.Time // no earlier session is shown
}

const (
	sessionsOfUser = 20  // the default (API reference, UserPoolTokenSessionConfigType)
	maxSessions    = 125 // on the one page (API reference, AdminListUserSessions)
)

type trackingInput struct {
	ofPool
	trackingMembers
}

type trackingMembers struct {
	TokenSession        struct{ MaxPerUser int }
	UserSessionTracking string
}

type trackingOutput struct {
	UserPoolID string `json:"UserPoolId"`
	trackingMembers
}

type sessionType struct {
	SessionID        string `json:"SessionId"`
	SessionType      string // TOKEN, or SSO for a browser
	ClientID         string `json:"ClientId,omitempty"`
	CreateDate       epoch
	LastActiveDate   epoch
	OriginSessionID  string `json:"OriginSessionId,omitempty"` // the SSO session of a token session
	IsCurrentSession bool
	originJTI        string
}

type sessionsInput struct {
	ofEither
	paging
	SessionID                string `json:"SessionId"`
	RevokeAssociatedSessions string
}

// sessionID returns an id of the API's form, ^(tkn|sso)[a-z0-9]{25}$. It does not tell what
// it is made of, which opens a session.
func sessionID(kind, of string) string {
	sum := sha256.Sum256([]byte(of))
	return kind + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:25]
}

// setUserPoolSessionConfiguration replaces the whole configuration (API reference).
func (p *Pool) setUserPoolSessionConfiguration(in trackingInput) (trackingOutput, error) {
	most := in.TokenSession.MaxPerUser
	switch {
	case p.cfg().Tier == "LITE":
		return trackingOutput{}, errPlan("UserSessionTracking")
	case in.UserSessionTracking != "ENABLED" && in.UserSessionTracking != "DISABLED":
		return trackingOutput{}, oneOf("userSessionTracking", "ENABLED", "DISABLED")
	case most < 1 || most > 100:
		return trackingOutput{}, violation("", "tokenSession.maxPerUser", "have value between 1 and 100")
	}
	s := p.store
	s.mu.Lock()
	defer s.mu.Unlock()
	on := in.UserSessionTracking == "ENABLED"
	if on && !s.tracking.on {
		s.tracking.since = p.now()
	}
	s.tracking.on, s.tracking.most = on, most
	return trackingOutput{in.UserPoolID, in.trackingMembers}, nil
}

func (p *Pool) getUserPoolSessionConfiguration(in ofPool) (trackingOutput, error) {
	p.store.mu.Lock()
	defer p.store.mu.Unlock()
	out := trackingOutput{UserPoolID: in.UserPoolID}
	out.UserSessionTracking, out.TokenSession.MaxPerUser = "DISABLED", p.store.tracking.most
	if p.store.tracking.on {
		out.UserSessionTracking = "ENABLED"
	}
	return out, nil
}

// listUserSessions serves both forms; an administrator's has no current session.
func (p *Pool) listUserSessions(u user, in sessionsInput) (object, error) {
	all, err := p.sessions(u)
	if err != nil {
		return nil, err
	}
	current := p.originOf(in.AccessToken)
	return pageOf(p, sessionsList, in.paging, u.sub, all, func(s sessionType) string { return s.SessionID }, func(s sessionType) sessionType {
		s.IsCurrentSession = s.originJTI != "" && s.originJTI == current
		return s
	})
}

// revokeUserSession serves both forms. It ends a session and, with LINKED, also the SSO session
// that a token session came through, or the token sessions that came through an SSO session
// (API reference, AdminRevokeUserSession). "You can't revoke the session that the calling access
// token belongs to" (API reference, RevokeUserSession), which does not name the exception.
func (p *Pool) revokeUserSession(u user, in sessionsInput) (empty, error) {
	all, err := p.sessions(u)
	current := p.originOf(in.AccessToken)
	at := slices.IndexFunc(all, func(s sessionType) bool { return s.SessionID == in.SessionID })
	linked := in.RevokeAssociatedSessions == "LINKED"
	switch {
	case err != nil:
		return empty{}, err
	case !linked && in.RevokeAssociatedSessions != "" && in.RevokeAssociatedSessions != "NONE":
		return empty{}, oneOf("revokeAssociatedSessions", "NONE", "LINKED")
	case at < 0:
		return empty{}, refuse("ResourceNotFoundException", "Session not found.")
	case current != "" && all[at].originJTI == current:
		return empty{}, invalidParameter("The session of the access token cannot be revoked with it")
	}
	p.store.endLinked(all[at], linked)
	return empty{}, nil
}

func (s *store) endLinked(session sessionType, linked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sso := session.SessionID
	if session.SessionType == "TOKEN" {
		s.endSessions(func(g *grant) bool { return g.originJTI == session.originJTI })
		sso = session.OriginSessionID
	} else if linked {
		s.endSessions(func(g *grant) bool { return g.visit == sso })
	}
	if session.SessionType == "SSO" || linked {
		maps.DeleteFunc(s.visits, func(_ string, v visit) bool { return v.id == sso })
		maps.DeleteFunc(s.authorized, func(_ string, a authorized) bool { return a.visit == sso })
	}
}

// sessions returns the active sessions of a user. Without tracking there is none to manage:
// OperationNotEnabledException is that of "an operation [that] is not available […] for the
// current user pool configuration" (API reference).
func (p *Pool) sessions(u user) ([]sessionType, error) {
	s, now := p.store, p.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.tracking.on {
		return nil, refuse("OperationNotEnabledException", "Session tracking is not enabled for the user pool")
	}
	found := map[string]sessionType{}
	for _, g := range s.grants {
		if g.sub == u.sub && now.Before(g.expires) && !g.created.Before(s.tracking.since) {
			id := sessionID("tkn", g.originJTI)
			used := max(g.used.UnixMilli(), time.Time(found[id].LastActiveDate).UnixMilli())
			found[id] = sessionType{id, "TOKEN", g.clientID, epoch(g.created), epoch(time.UnixMilli(used)), g.visit, false, g.originJTI}
		}
	}
	for _, v := range s.visits {
		if v.sub == u.sub && now.Before(v.expires) && !v.began.Before(s.tracking.since) {
			found[v.id] = sessionType{SessionID: v.id, SessionType: "SSO", CreateDate: epoch(v.began), LastActiveDate: epoch(v.began)}
		}
	}
	return slices.Collect(maps.Values(found)), nil
}

// evict makes room for a new token session: "When a user reaches this limit, the next
// successful authentication automatically evicts that user's least recently used token
// session" (API reference, UserPoolTokenSessionConfigType).
func (s *store) evict(sub string) {
	used := map[string]time.Time{} // by origin_jti
	for _, g := range s.grants {
		if g.sub == sub && g.used.After(used[g.originJTI]) {
			used[g.originJTI] = g.used
		}
	}
	origins := slices.SortedFunc(maps.Keys(used), func(a, b string) int { return cmp.Or(used[a].Compare(used[b]), strings.Compare(a, b)) })
	for len(origins) >= s.tracking.most {
		s.endSessions(func(g *grant) bool { return g.originJTI == origins[0] })
		origins = origins[1:]
	}
}
