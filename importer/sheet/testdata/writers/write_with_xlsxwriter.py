"""Writes the workbook of writers_test.go with XlsxWriter."""
import datetime
import sys

import xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1])
sheet = book.add_worksheet()
zeros = book.add_format({"num_format": "00000"})
day = book.add_format({"num_format": "yyyy-mm-dd"})
moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
sheet.write_row(0, 0, ["email", "City", "id", "zip", "joined", "active", "total"])
sheet.write_row(1, 0, ["anna@example.com", "Köln <&>\nMitte", 2560636000000008002])
sheet.write_number(1, 3, 1067, zeros)
sheet.write_datetime(1, 4, datetime.date(2026, 9, 30), day)
sheet.write_boolean(1, 5, True)
sheet.write_formula(1, 6, "=1+1")
sheet.write_string(2, 0, "bo@example.com")
sheet.write_rich_string(2, 1, " 東", book.add_format({"bold": True}), "京 ")
sheet.write_string(2, 2, "2560636000000008002")
sheet.write_string(2, 3, "01067")
sheet.write_datetime(2, 4, datetime.datetime(2026, 9, 30, 12, 0), moment)
sheet.write_boolean(2, 5, False)
sheet.write_number(2, 6, 12.5)
sheet.write_string(4, 0, "cy@example.com")
book.close()
