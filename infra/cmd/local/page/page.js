// The stream says that something is new; the view is asked for again and what changed is put
// in place. Without this file the page is the same, a reload later.
