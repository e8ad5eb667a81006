package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"

	"github.com/richardlehane/mscfb"
	"github.com/xuri/excelize/v2"

	"zohobulk/importer/problem"
)

// maxEncrypted bounds an encrypted workbook, since it is decrypted in memory. Guessed: 100 MB of packed worksheets are
// far more than Excel's million rows of a directory.
const maxEncrypted = 100 << 20

// defaultPassword is what Excel encrypts with where a workbook is protected, but nobody set a password to open it.
const defaultPassword = "VelvetSweatshop"

// sniffOLE tells what an OLE2 file holds, by the names in its directory. The directory may stand anywhere in the file.
func sniffOLE(r io.ReaderAt, size int64) content {
	const xls = "open it in Excel and save it as .xlsx"
	kinds := []struct {
		name string
		c    content
	}{
		{"EncryptedPackage", content{format: formatXLSX, what: "an encrypted workbook", ole: true}},
		{"DRMContent", content{what: "a document protected by rights management", remedy: "save it without protection"}},
		{"Workbook", content{what: "a workbook of Excel 97 to 2003 (.xls)", remedy: xls}},
		{"Book", content{what: "a workbook of Excel 5 (.xls)", remedy: xls}},
		{"WordDocument", content{what: "a Word document", remedy: saveAs}},
	}
	data, err := io.ReadAll(io.NewSectionReader(r, 0, min(size, maxEncrypted)))
	for _, k := range kinds {
		if err == nil && bytes.Contains(data, append(wide(k.name), 0, 0)) {
			return k.c
		}
	}
	return content{what: "an old Office document", remedy: saveAs}
}

// wide spells an ASCII name in UTF-16LE, as OLE2 directories do.
func wide(name string) []byte {
	var b []byte
	for i := range len(name) {
		b = append(b, name[i], 0)
	}
	return b
}

// decrypt opens an encrypted workbook, with Excel's own password for the ones nobody meant to lock.
func decrypt(r io.ReaderAt, size int64, name, password string) ([]byte, error) {
	if size > maxEncrypted {
		return nil, problem.Refuse("too-large", "save it without a password", "%s is encrypted and larger than %d MB", name, maxEncrypted>>20)
	}
	data, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, problem.Refuse("unreadable", "", "%s: %w", name, err)
	}
	if !decryptable(data) {
		return nil, problem.Refuse("unsupported-encryption", "open it in Excel, take the password away (File, Info, Protect Workbook), and save it again",
			"%s is encrypted in a way that only Excel reads", name)
	}
	for _, try := range []string{password, defaultPassword} {
		if try == "" {
			continue
		}
		if plain, err := unlock(data, try); err == nil {
			return plain, nil
		} else if !errors.Is(err, excelize.ErrWorkbookPassword) {
			return nil, problem.Refuse("damaged-workbook", "open it in Excel and save it without a password", "%s: its encryption can't be read: %w", name, err)
		}
	}
	if password == "" {
		return nil, problem.Refuse("needs-password", "", "%s is protected by a password", name).With(givePassword)
	}
	return nil, problem.Refuse("wrong-password", "check the password", "%s doesn't open with the password given", name).With(givePassword)
}

var givePassword = problem.Remedy{Way: problem.GivePassword}

// aesKinds are AES with keys of 128, 192 and 256 bits, as the standard encryption of workbooks numbers ciphers (MS-OFFCRYPTO 2.3.2).
var aesKinds = []uint32{0x660e, 0x660f, 0x6610}

// decryptable reports whether a workbook is encrypted by AES, as Excel does since 2007. Other ciphers would look like a wrong password.
// What can't be told is for the decryption to find.
func decryptable(data []byte) bool {
	info := encryptionInfo(data)
	if len(info) < 24 {
		return true
	}
	switch major, minor := binary.LittleEndian.Uint16(info), binary.LittleEndian.Uint16(info[2:]); {
	case major == 4 && minor == 4:
		return bytes.Contains(info, []byte(`cipherAlgorithm="AES"`))
	case minor == 2: // version, flags, length of the header, its flags and extra size, then the cipher
		return slices.Contains(aesKinds, binary.LittleEndian.Uint32(info[20:]))
	}
	return false
}

// encryptionInfo is the part of an encrypted file that says how it is encrypted, nil if there is none. The library trusts lengths,
// like that which decrypts.
func encryptionInfo(data []byte) (info []byte) {
	defer func() {
		if recover() != nil {
			info = nil
		}
	}()
	file, err := mscfb.New(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	for entry, err := file.Next(); err == nil; entry, err = file.Next() {
		if entry.Name == "EncryptionInfo" {
			info, _ = io.ReadAll(io.LimitReader(file, 64<<10))
			return info
		}
	}
	return nil
}

// unlock decrypts a workbook. What decrypts to anything but a zip archive was decrypted with a wrong password. The
// library trusts lengths that a damaged file may have wrong, so its panics are damage too.
func unlock(data []byte, password string) (plain []byte, err error) {
	defer func() {
		if recover() != nil {
			plain, err = nil, errors.New("damaged")
		}
	}()
	plain, err = excelize.Decrypt(data, &excelize.Options{Password: password})
	if err == nil && !bytes.HasPrefix(plain, []byte("PK")) {
		err = excelize.ErrWorkbookPassword
	}
	return plain, err
}
