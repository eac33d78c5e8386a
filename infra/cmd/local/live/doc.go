// Package live lets an edit act in a running local cloud: of the stage file, and of the Go
// code of the functions. Users, tokens and rows stay, and no event is lost: a function gets
// a new folder, and what runs in the old one finishes (lambdahost.Host.Replace).
//
//	stage file ─► settle ─► settings.ReadStage ─► Stage.Acting ─► functions.swap ─► CLIENT rows
//	Go files   ─► settle ─► make build-host ───────────────────► functions.swap
//
// The stage file is read as often as a save should be noticed; no notice of the operating
// system is needed, and editors that rename, write in place or remove first are all the
// same. A text counts when it was read twice, so that half a file never acts; a fault and a
// missing file are told a little later, since an editor may be at work. A stage file names
// no other files, so none are watched.
//
// Which part of an edit acts is decided by settings.Stage.Acting; the rest is named, for it
// needs a new template. An edit acts as a whole or not at all: what fails on the way is
// undone and tried again.
//
// The Go files are those of this module that the functions are built from, as go list says.
// They are built as make builds them, and only when what they say has changed.
//
// Folders of functions are in a folder of this process beside the cloud assembly, where the
// binaries are and may be executed: bootstraps are linked and cost nothing. A lock that
// ends with the process says that the folder is in use, so a next start removes the one of
// a killed process.
package live
