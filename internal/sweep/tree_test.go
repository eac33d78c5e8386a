package sweep

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawSub draws subs of every form.
func drawSub() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching("[0-9a-f]{8}-[0-9a-f]{4}"), rapid.StringMatching("[0-9A-Fa-f-]{1,6}"), rapid.StringMatching("sub-[0-9]{1,3}"),
		rapid.StringN(1, 6, -1), rapid.Just("a"), rapid.Just("ab"), rapid.Just("abc"), rapid.Map(rapid.SliceOfN(rapid.Byte(), 1, 3), func(b []byte) string { return string(b) }),
	)
}

// drawTree draws a tree by splitting leaves; some subs are covered.
func drawTree(r *rapid.T) *tree {
	t := newTree(0, 30_000)
	for range rapid.IntRange(0, 12).Draw(r, "splits") {
		further := map[string]bool{}
		for _, c := range rapid.SliceOfN(rapid.StringN(1, 1, -1), 0, 3).Draw(r, "further") {
			further[c] = true
		}
		n := rapid.SampledFrom(leavesOf(t)).Draw(r, "split")
		if !strings.HasSuffix(n.prefix, End) {
			n.split(rapid.Int64Range(0, 20).Draw(r, "pass"), further)
		}
	}
	for _, sub := range rapid.SliceOfN(drawSub(), 0, 5).Draw(r, "covered") {
		t.cover(sub)
	}
	for _, n := range leavesOf(t) {
		n.size, n.done = rapid.IntRange(-1, 40_000).Draw(r, "size"), rapid.Bool().Draw(r, "done")
		n.suspects = max(0, rapid.IntRange(-3, 2000).Draw(r, "suspects"))
	}
	return t
}

func leavesOf(t *tree) (all []*node) {
	t.all(func(n *node) {
		if len(n.kids) == 0 {
			all = append(all, n)
		}
	})
	return all
}

// Every string belongs to one leaf at most, after cover to exactly one, and that leaf's
// prefix is what the list is asked for.
func TestR86_TheLeavesAreACompletePrefixCode(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tree, sub := drawTree(r), drawSub().Draw(r, "sub")
		owners := func() (all []string) {
			for _, n := range leavesOf(tree) {
				if Below(sub, n.prefix) {
					all = append(all, n.prefix)
				}
			}
			return all
		}
		before := owners()
		added := tree.cover(sub)
		if after := owners(); len(after) != 1 || (added == nil) != slices.Equal(before, after) || added != nil && (len(before) > 0 || added.prefix != after[0]) {
			r.Fatalf("%q belonged to %q and belongs to %q", sub, before, after)
		}
		if tree.cover(sub) != nil {
			r.Fatalf("%q is covered twice", sub)
		}
		for _, a := range leavesOf(tree) {
			for _, b := range leavesOf(tree) {
				if a != b && strings.HasPrefix(a.prefix, b.prefix) {
					r.Fatalf("%q and %q overlap", a.prefix, b.prefix)
				}
			}
		}
	})
}

func TestR86_ATreeIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tree, again := drawTree(r), newTree(0, 0)
		written := string(tree.root.append(nil))
		if err := again.parse(written); err != nil || !slices.Equal(told(tree), told(again)) {
			r.Fatalf("%q is read as %v, error %v", written, told(again), err)
		}
		if cut := written[:rapid.IntRange(0, len(written)-1).Draw(r, "cut")]; len(tree.root.kids) > 0 && again.parse(cut) == nil {
			r.Fatalf("%q is read", cut)
		}
	})
	for _, broken := range []string{"", "x", "(", "()", "(+1)", `("ab"+1)`, `("a"+1)+`, "-!", "+zzzzzzzzz"} {
		if err := newTree(0, 0).parse(broken); err == nil {
			t.Errorf("%q is read", broken)
		}
	}
	if tree := newTree(0, 0); string(tree.root.append(nil)) != "-" || tree.parse("+1a!2") != nil || tree.root.size != 46 || tree.root.suspects != 2 || !tree.root.done {
		t.Errorf("read %+v", tree.root)
	}
}

func told(t *tree) (all []string) {
	t.all(func(n *node) {
		bare := *n
		bare.parent, bare.kids = nil, nil
		if len(n.kids) > 0 {
			bare.size, bare.done, bare.suspects = unknown, false, 0
		}
		all = append(all, fmt.Sprintf("%+v", bare))
	})
	return all
}

// Leaves that together are a quarter of one become one, at every level; all others stay.
func TestR86_TheNextPassBeginsWithTheSameTree(t *testing.T) {
	for together, leaves := range map[int]int{7500: 1, 7501: 16} {
		tree := newTree(0, 30_000)
		tree.root.split(1, nil)
		for _, n := range tree.root.kids {
			n.size, n.done, n.suspects = 0, true, 3
		}
		tree.root.kids[3].size = together - 5
		tree.root.kids[4].split(1, nil)
		for _, n := range tree.root.kids[4].kids {
			n.size = 0
		}
		tree.root.kids[4].kids[0].size = 5
		tree.root.again(2, tree.limit)
		all := leavesOf(tree)
		if len(all) != leaves || tree.root.search != (leaves > 1) || leaves == 1 && all[0].size != together {
			t.Errorf("%d users have %d leaves", together, len(all))
		}
		for _, n := range all {
			if n.done || n.suspects > 0 {
				t.Errorf("%q is done or has suspects", n.prefix)
			}
		}
	}
	tree := newTree(0, 30_000)
	tree.root.split(1, nil)
	tree.root.again(2, tree.limit)
	if len(tree.root.kids) != 16 {
		t.Error("leaves that were never listed became one")
	}
}

// In sixteen passes each split is searched, the root and what begins no UUID in each.
func TestR86_EverySplitIsSearchedInTurn(t *testing.T) {
	for prefix, want := range map[string]int{"": turns, "a": 1, "a3f": 1, "04": 1, "A": turns, "a-": turns, "sub-": turns} {
		n := &node{prefix: prefix}
		n.split(0, nil)
		searched := 0
		for pass := range int64(turns) {
			if n.due(100 + pass) {
				searched++
			}
		}
		if searched != want {
			t.Errorf("%q is searched in %d of %d passes", prefix, searched, turns)
		}
	}
	n := &node{prefix: "a3f"}
	n.split(0, map[string]bool{"A": true})
	if !n.due(0) || !n.due(1) || len(n.kids) != 17 {
		t.Error("a split with a stranger is not searched in every pass")
	}
}

// Sizes are guessed from the estimate and from the siblings, or known from the last pass.
func TestR86_ALeafIsSplitBeforeItIsListedWhereThatIsKnown(t *testing.T) {
	tree := newTree(2_000_000, 30_000)
	over := func(n *node, users, pages int) bool {
		t.Helper()
		crowded := maps.Clone(tree.crowded)
		defer func() { tree.crowded = crowded }()
		return tree.overfull(n, users, pages)
	}
	root := tree.root
	if !over(root, 60, 1) {
		t.Error("a pool of two million is not split at its first page")
	}
	root.split(1, nil)
	if got := tree.expected(root.kids[5]); got != 125_000 {
		t.Errorf("a sixteenth is %d", got)
	}
	kid := root.kids[4]
	kid.split(1, nil)
	for i, n := range kid.kids {
		if n.size = 0; i == 4 || i > 7 {
			n.size = unknown
		}
	}
	if got := tree.expected(kid.kids[4]); got != 125_000/9 || over(kid.kids[4], 60, 1) {
		t.Errorf("one of nine is %d", got)
	}
	for _, n := range kid.kids[8:] {
		n.size = 100
	}
	if got := tree.expected(kid.kids[4]); got != 124_200 || !over(kid.kids[4], 60, 1) || !over(kid.kids[4], 1860, 31) || over(kid.kids[4], 1920, 32) {
		t.Errorf("the last one is %d", got)
	}
	for _, c := range []struct {
		users, pages int
		want         bool
	}{{30_000, 499, false}, {30_001, 400, true}, {10, 500, true}, {10, 499, false}} {
		if got := over(kid.kids[9], c.users, c.pages); got != c.want {
			t.Errorf("%d users in %d pages: %v", c.users, c.pages, got)
		}
	}
	if tree.overfull(kid.kids[9], 30_001, 400); !tree.overfull(&node{prefix: "zz", parent: root, size: unknown}, 60, 1) || tree.overfull(&node{prefix: "zz", parent: root, size: 500}, 60, 1) {
		t.Error("a leaf beside a crowded one is split at its first page, unless its size is known")
	}
	if tree.overfull(&node{prefix: "a" + End, parent: root, size: unknown}, 40_000, 900) {
		t.Error("one user is split")
	}
}
