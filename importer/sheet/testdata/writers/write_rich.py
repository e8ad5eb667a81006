# Writes a workbook with all that people put into one.
import sys
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

w = Workbook()
s = w.active
s.title = "Staff"
s.append(["email", "City", "Phone", "Joined"])
for i, name in enumerate("abcdef"):
    s.append([name + "@example.com", "Köln" if i % 2 == 0 else "Ulm", 30 + i, "2026-01-0%d" % (i + 1)])
for row in s["A2:D7"]:
    for cell in row:
        cell.font = Font(name="Arial", size=9, italic=True, color="FF203764")
        cell.border = Border(bottom=Side(style="thin"))
        cell.protection = Protection(locked=False)
s["C2"].fill = PatternFill("solid", fgColor="FFEEDDCC")
s["C2"].number_format = "0.00"
s["D3"].hyperlink = "https://example.com/"
s["A3"].comment = Comment("asked her", "Rebecca")
s["A1"].comment = Comment("who", "Rebecca")
s.merge_cells("F1:G1")
s["F1"] = "merged"
s["F2"] = "=C2*2"
s["F3"] = "=C2:C3*2"
s.formula_attributes["F3"] = {"t": "array", "ref": "F3:F4"}
s.auto_filter.ref = "A1:D7"
s.freeze_panes = "B2"
s.column_dimensions["A"].width = 40
s.row_dimensions[3].height = 30
s.row_dimensions[4].hidden = True
choices = DataValidation(type="list", formula1='"Köln,Ulm"')
s.add_data_validation(choices)
choices.add("B2:B7")
s.conditional_formatting.add("C2:C7", CellIsRule(operator="greaterThan", formula=["33"], fill=PatternFill("solid", bgColor="FFFFC7CE")))
n = w.create_sheet("Numbers")
n.append(["Month", "Count"])
n.append(["May", 3])
n.append(["June", 4])
n["D1"] = "=SUM(B2:B3)"
n.add_table(Table(displayName="Counts", ref="A1:B3"))
chart = BarChart()
chart.add_data(Reference(n, min_col=2, min_row=1, max_row=3), titles_from_data=True)
n.add_chart(chart, "F2")
w.create_sheet("Hidden").sheet_state = "hidden"
w.defined_names.append(DefinedName("Total", attr_text="Numbers!$D$1"))
w.save(sys.argv[1])
