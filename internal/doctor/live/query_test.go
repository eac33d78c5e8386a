package live

import (
	"encoding/json"
	"strings"
	"testing"
)

func FuzzAnswersInXMLBecomeJSONOrAnError(f *testing.F) {
	f.Add(`<R><XResult><A><member>1</member></A><B/></XResult></R>`)
	f.Add(`<XResult>text</XResult>`)
	f.Add(`<XResult><a>`)
	f.Add(strings.Repeat("<XResult>", 100))
	f.Fuzz(func(t *testing.T, text string) {
		body, err := fromXML([]byte(text))
		if err == nil && !json.Valid(body) {
			t.Errorf("%q becomes %q", text, body)
		}
	})
}

func TestAnAnswerIsNotReadWithoutABound(t *testing.T) {
	deep := "<R><XResult>" + strings.Repeat("<a>", mostDepth+2) + strings.Repeat("</a>", mostDepth+2) + "</XResult></R>"
	if _, err := fromXML([]byte(deep)); err == nil {
		t.Error("it is read")
	}
	if body, err := fromXML([]byte(`<R><RequestId>1</RequestId></R>`)); err != nil || string(body) != "{}" {
		t.Errorf("without a result it is %s, %v", body, err)
	}
}
