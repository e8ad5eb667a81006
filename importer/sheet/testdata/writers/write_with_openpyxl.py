"""Writes the workbook of writers_test.go with openpyxl."""
import datetime
import sys

import openpyxl

book = openpyxl.Workbook()
sheet = book.active
sheet.append(["email", "City", "id", "zip", "joined", "active", "total"])
sheet.append(["anna@example.com", "Köln <&>\nMitte", 2560636000000008002, 1067, datetime.date(2026, 9, 30), True, "=1+1"])
sheet.append(["bo@example.com", " 東京 ", "2560636000000008002", "01067", datetime.datetime(2026, 9, 30, 12, 0), False, 12.5])
sheet["D2"].number_format = "00000"
sheet.append([])
sheet.append(["cy@example.com", None, None, None, None, None, None])
book.save(sys.argv[1])
