// Writes the workbook of writers_test.go with SheetJS.
const XLSX = require("xlsx");

const sheet = XLSX.utils.aoa_to_sheet([
  ["email", "City", "id", "zip", "joined", "active", "total"],
  ["anna@example.com", "Köln <&>\nMitte", 2560636000000008002, 1067, null, true, null],
  ["bo@example.com", " 東京 ", "2560636000000008002", "01067", null, false, 12.5],
  [],
  ["cy@example.com"],
]);
sheet.D2.z = "00000";
sheet.E2 = { t: "n", v: 46295, z: "yyyy-mm-dd" };
sheet.E3 = { t: "n", v: 46295.5, z: "yyyy-mm-dd hh:mm" };
sheet.G2 = { t: "n", f: "1+1" };
const book = XLSX.utils.book_new();
XLSX.utils.book_append_sheet(book, sheet, "Sheet1");
XLSX.writeFile(book, process.argv[2], { bookSST: process.argv[3] === "shared" });
