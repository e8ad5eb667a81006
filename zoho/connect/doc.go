// Package connect leads from a profile to a live connection to Zoho: it keeps the profiles, finds the secrets, logs in and out, tries a
// connection out, and guards a probe. It knows no flags and no screens: whoever calls it words what comes back, a command as flags, the
// local page as controls.
//
// Start reading at [Connector], which a process makes once. A [Choice] says what a person chose: a profile, a data centre, the sandbox,
// a rate. From there:
//
//   - [Connector.Connect] makes a [Connection], whose Client calls the service.
//   - [Connector.Status] tries a connection out without changing anything.
//   - [Connector.Login] begins a [Login]. A terminal drives it with [Login.Run] and a [Prompter]. A page shows [Login.Guide], asks for
//     what [Login.Known] lacks, and calls [Login.Code], [Login.Browser] or [Login.Device].
//   - [Connector.Logout] revokes and deletes a login.
//   - [Connector.List] returns the profiles.
//   - [Connection.Probe] begins a probe of a spare user.
//
// Errors are values with a word for machines and advice for people: [SettingError] for a wrong value, [zoho.Refusal] for a login that
// can't do what is asked of it, [auth.Error] for a login that does not work, and [zoho.Error] for an answer of the service. What to do
// next stands in them as [zoho.Remedy] values.
//
// Secrets are never shown: every one is told to the Connector's Redactor before it is used. [Connector.Export] alone returns them.
//
// It may import zoho and its packages, and never importer.
package connect
