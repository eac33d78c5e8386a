package cognito

import "bytes"

// Reply returns the event with its response replaced by a JSON object; all other
// bytes stay. A nil response returns the event unchanged, which Cognito takes as its
// default behaviour. The result never shares memory with the event. response must be
// valid JSON.
func (e *Event) Reply(response []byte) []byte {
	if response == nil {
		return bytes.Clone(e.doc)
	}
	before, after := e.doc[:e.response.start], e.doc[e.response.end:]
	name := ""
	if e.response.absent() {
		before, after, name = e.end()
	}
	reply := make([]byte, 0, len(before)+len(name)+len(response)+len(after))
	reply = append(reply, before...)
	reply = append(reply, name...)
	reply = append(reply, response...)
	return append(reply, after...)
}

// end splits the event before its last brace and returns the name of the member to
// insert.
func (e *Event) end() (before, after []byte, name string) {
	brace := bytes.LastIndexByte(e.doc, '}')
	before, after, name = e.doc[:brace], e.doc[brace:], `"response":`
	if last := bytes.TrimRight(before, " \n\t\r"); last[len(last)-1] != '{' {
		name = "," + name
	}
	return before, after, name
}
