package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
)

//go:embed asset
var assetFiles embed.FS

// assetRoot is the path of the scripts and styles. It holds a hash of all of them, so that a browser may keep them for ever.
var assetRoot = "/asset/" + assetHash() + "/"

func assetHash() string {
	hash := sha256.New()
	names, err := fs.Glob(assetFiles, "asset/*")
	if err != nil {
		panic(err) // the pattern is wrong
	}
	for _, name := range names {
		text, err := assetFiles.ReadFile(name)
		if err != nil {
			panic(err) // what is compiled in can be read
		}
		hash.Write(text)
	}
	return hex.EncodeToString(hash.Sum(nil))[:16]
}

// getAsset serves one script, style or picture. None of them holds data.
func getAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	text, err := assetFiles.ReadFile("asset/" + name)
	if err != nil || assetRoot+name != r.URL.Path {
		refuse(w, http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", mediaTypes[path.Ext(name)])
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(text)
}

// mediaTypes are those of the assets. The system's own table, which mime asks first, can be wrong on Windows.
var mediaTypes = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
}
