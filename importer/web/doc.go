// Package web is the local page: what a person without a terminal uses to take a sheet from Excel to done. It serves one person on
// loopback, and holds screens, addresses and events, but no rule about rows, plans or sending: those stand behind the front desk of
// package importer, which it calls as the commands do.
//
// How the pieces fit:
//
//   - server.go holds Server with its life; routes.go lists every address.
//   - guard.go lets through what the page's own documents ask for; session.go has the key, the path and the cookie; redact.go keeps
//     secrets out of answers; idle.go ends the program when nobody looks; instance.go finds the first server from a second start;
//     opener.go opens the browser without showing the key.
//   - view.go puts a screen into its frame (template/frame.html); said.go words errors.
//   - A screen is a file of handlers here, a file in template, and where it is more than forms a module in asset: start, columns,
//     problems, preview, send, result, history, connection.
//   - desk.go holds the runs that this process has open, and what goes on in them.
//   - All words stand in text/en.go.
//
// Scripts are ES modules without a build: asset/page.js is on every screen, asset/fragment.js is the only place where text becomes
// markup. Every screen works by forms alone; its module makes it quicker.
//
// It imports importer, its check, field and problem, and zoho; never cobra, and none of the packages that read, plan or send.
package web
