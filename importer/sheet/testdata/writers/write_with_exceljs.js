// Writes the workbook of writers_test.go with exceljs.
const ExcelJS = require("exceljs");

const book = new ExcelJS.Workbook();
const sheet = book.addWorksheet("Sheet1");
sheet.addRow(["email", "City", "id", "zip", "joined", "active", "total"]);
sheet.addRow(["anna@example.com", "Köln <&>\nMitte", 2560636000000008002, 1067, new Date(Date.UTC(2026, 8, 30)), true, { formula: "1+1" }]);
sheet.addRow(["bo@example.com", { richText: [{ text: " 東" }, { font: { bold: true }, text: "京 " }] }, "2560636000000008002", "01067",
  new Date(Date.UTC(2026, 8, 30, 12)), false, 12.5]);
sheet.getCell("D2").numFmt = "00000";
sheet.getCell("E3").numFmt = "yyyy-mm-dd hh:mm";
sheet.addRow([]);
sheet.addRow(["cy@example.com"]);
book.xlsx.writeFile(process.argv[2]);
