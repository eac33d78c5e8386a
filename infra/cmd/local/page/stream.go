package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// stream sends each entry when it is complete and when something is added to it, with its id
// (HTML Standard, "Server-sent events"). Last-Event-ID asks for what came after that entry and
// is still kept; a message of a call has no place of its own there. A reader that is too slow is let go: it comes back with its last id.
func (p *Page) stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead { // which http.ServeMux counts as GET
		return
	}
	news := p.entries.Subscribe(r.Context()) // before what is missed is read, so that nothing falls between
	out := http.NewResponseController(w)
	if _, err := fmt.Fprint(w, "retry: 1000\n\n"); err != nil || out.Flush() != nil {
		return
	}
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		missed := p.entries.Entries(last, 0)
		for i := len(missed) - 1; i >= 0; i-- {
			if send(w, missed[i]) != nil {
				return
			}
		}
	}
	for {
		if out.Flush() != nil {
			return
		}
		entry, more := <-news
		if !more || send(w, entry) != nil {
			return
		}
	}
}

// readerPause is how long a reader may take for an entry; what waits for it stays in memory.
const readerPause = 10 * time.Second

func send(w http.ResponseWriter, e timeline.Entry) error {
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("writing an entry: %w", err)
	}
	id := "id: " + e.ID + "\n"
	if e.Message != nil && e.Message.Call != "" {
		id = ""
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(readerPause))
	_, err = fmt.Fprintf(w, "%sdata: %s\n\n", id, body)
	return err
}
