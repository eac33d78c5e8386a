package timeline

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// heap returns the bytes of what is alive.
func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// However many events come, the same memory holds those that are kept: lines alone bound
// small ones, bytes alone long ones. What is counted is about what is alive.
func TestR60_AHundredThousandEventsTakeTheMemoryOfThoseThatAreKept(t *testing.T) {
	often := form.Often(t, 2000, 12_000, 100_000)
	for name, size := range map[string]int{"small": 300, "long": 5000} {
		line, before := New(Limits{}), heap()
		text := func(n int) Body { return Body(`{"n":"` + fmt.Sprint(n) + strings.Repeat("x", size) + `"}`) }
		for n := 0; n < often; n += 5 { // a call with an invocation that asks the table twice, and a mail
			call, in := fmt.Sprint("c", n), fmt.Sprint("i", n)
			line.AddTableCall(TableCall{Invocation: in, Request: text(n), Answer: text(n)})
			line.AddTableCall(TableCall{Invocation: in, Request: text(n), Answer: text(n)})
			line.AddInvocation(Invocation{ID: in, Call: call, Event: text(n), Reply: text(n), Log: []string{string(text(n))}})
			line.AddMessage(Message{Call: call, Text: string(text(n))})
			line.AddCall(Call{ID: call, Request: text(n), Answer: text(n)})
		}
		grown := heap() - before
		t.Logf("%s: %d events, %d lines, %d KB counted, %d KB alive", name, often, len(line.order), line.bytes>>10, grown>>10)
		if line.bytes > defaultBytes || len(line.order) > defaultLines || grown > line.bytes*3/2 {
			t.Errorf("%s: %d lines, %d bytes counted, %d alive", name, len(line.order), line.bytes, grown)
		}
		runtime.KeepAlive(line)
	}
}

// One call with names of a megabyte, and one function that prints without end, fill neither
// the timeline nor what every reader gets.
func TestR60_NoNameOrLogIsLong(t *testing.T) {
	line, long := New(Limits{}), strings.Repeat("é", 1<<20)
	line.AddCall(Call{ID: "c", Username: long, Agent: long, Operation: long, Error: long, Message: long})
	line.AddInvocation(Invocation{ID: "i", Call: "c", Source: long, Message: long, Log: slices.Repeat([]string{long[:1<<10]}, 1<<10)})
	in, _ := line.Invocation("i")
	if line.bytes > 8*maxText+maxBody || !utf8.ValidString(in.Message) || in.Log[len(in.Log)-1] != "(too long to keep)" || len(in.Log) != maxBody>>10+1 {
		t.Errorf("%d bytes, %d lines of its log, the last is %.30q", line.bytes, len(in.Log), in.Log[len(in.Log)-1])
	}
}
