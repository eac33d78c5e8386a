package bearer

// Recent is what a Verifier remembers of its users.
type Recent struct{ r recent[int64] }

func (r *Recent) Newest(sub string, version int64) int64 { return newest(&r.r, sub, version) }

func (r *Recent) Len() int { return len(r.r.young) + len(r.r.old) }
